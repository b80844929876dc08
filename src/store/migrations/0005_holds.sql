-- Until when nothing goes to a chat, or (chat 0) to any: Telegram's own words, kept across restarts.
CREATE TABLE holds (
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (bot_id, chat_id)
);

-- The latest instant that reminders were planned at: a clock that shows less was set back since.
CREATE TABLE clocks (
    bot_id BIGINT NOT NULL PRIMARY KEY,
    seen BIGINT NOT NULL
);

-- A suspended chat is due like any other: its occurrences are recorded as skipped.
DROP INDEX subscriptions_due;
CREATE INDEX subscriptions_due ON subscriptions (bot_id, next_due, id) WHERE ended_at IS NULL;
