-- Groups that have another number: a config that lists the old one means the new.
INSERT INTO _wengu_migrations (version, additive) VALUES (9, 1);
CREATE TABLE moved (
    bot_id BIGINT NOT NULL,
    -- The number that the group had.
    former_chat BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, former_chat)
);
