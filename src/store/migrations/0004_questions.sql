-- Questions that were refused, and those that people may say something about: a row for each message that asked.
CREATE TABLE questions (
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    -- The same for questions that are the same: what `wengu questions` calls them.
    alike TEXT NOT NULL,
    -- The words that no section knows, with spaces between.
    words TEXT NOT NULL,
    -- What was asked; only where the config has it kept.
    text TEXT,
    -- document/section that was shown, or came near.
    section TEXT,
    refused BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, chat_id, message_id)
);
CREATE INDEX questions_alike ON questions (alike);

-- What people think of the answer to a question: one vote a person.
CREATE TABLE votes (
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    liked BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, chat_id, message_id, user_id)
);
