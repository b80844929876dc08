-- How a chat wants its reminders, and what the settings panel needs to know.

-- Arrive without a sound; are pinned, each in place of the one before it (0 | 1).
ALTER TABLE subscriptions ADD COLUMN silent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE subscriptions ADD COLUMN pin BIGINT NOT NULL DEFAULT 0;
-- The message that is pinned now.
ALTER TABLE subscriptions ADD COLUMN pinned BIGINT;
-- From when to when nothing is sent, in minutes since midnight.
ALTER TABLE subscriptions ADD COLUMN quiet_from BIGINT;
ALTER TABLE subscriptions ADD COLUMN quiet_until BIGINT;
-- How late a missed reminder is still sent, in milliseconds; NULL is the program's own window.
ALTER TABLE subscriptions ADD COLUMN late BIGINT;
ALTER TABLE subscriptions ADD COLUMN paused_until BIGINT;
-- Counts the changes, so that one that was made on an older state is noticed.
ALTER TABLE subscriptions ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;

-- Who pressed that a reminder is studied, once a person.
CREATE TABLE studied (
    bot_id BIGINT NOT NULL,
    subscription_id TEXT NOT NULL,
    due BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, subscription_id, due, user_id)
);

-- What groups (topic 0) and their topics are called.
CREATE TABLE names (
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    topic BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (bot_id, chat_id, topic)
);

-- The settings panel that a person used last.
CREATE TABLE panels (
    bot_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    -- The chat that it is about, and the schedule.
    chat_id BIGINT NOT NULL,
    subscription_id TEXT,
    -- The page that it shows: what is typed next belongs to it.
    page TEXT NOT NULL,
    -- The message that it is.
    message_id BIGINT,
    -- The command in the group that it was opened with.
    asked_id BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, user_id)
);
