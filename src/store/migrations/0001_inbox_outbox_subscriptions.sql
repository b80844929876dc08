-- One text for SQLite and PostgreSQL. Instants are milliseconds since 1970, ids are made by the program, and every
-- table carries the bot's number so that two bots can share a database.

-- What came in. An update keeps its text only while it waits; after that it is an id that cannot take effect twice.
CREATE TABLE inbox (
    bot_id BIGINT NOT NULL,
    update_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    -- Order of arrival: the chat service may start its ids again.
    arrival BIGINT NOT NULL,
    -- waiting | handled | aside
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts BIGINT NOT NULL DEFAULT 0,
    reason TEXT,
    raw TEXT,
    PRIMARY KEY (bot_id, update_id)
);
CREATE INDEX inbox_waiting ON inbox (bot_id, arrival) WHERE state = 'waiting';
CREATE INDEX inbox_aside ON inbox (bot_id, arrival) WHERE state = 'aside';

-- What a chat wants to be reminded of. An ended one is kept for a while: who subscribes again goes on where it stopped.
CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    topic BIGINT NOT NULL DEFAULT 0,
    chat_kind TEXT NOT NULL,
    document TEXT NOT NULL,
    series TEXT NOT NULL,
    cron TEXT NOT NULL,
    zone TEXT NOT NULL,
    lang TEXT NOT NULL,
    -- Who subscribed; 0 once that person asked to be forgotten.
    by_user BIGINT NOT NULL,
    next_due BIGINT,
    last_sent TEXT,
    -- Why nothing can be sent at present: kicked | blocked.
    suspended TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX subscriptions_chat ON subscriptions (bot_id, chat_id);
CREATE INDEX subscriptions_due ON subscriptions (bot_id, next_due) WHERE suspended IS NULL AND ended_at IS NULL;

-- Every occurrence of a subscription, once, and what became of it.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    bot_id BIGINT NOT NULL,
    subscription_id TEXT NOT NULL,
    due BIGINT NOT NULL,
    -- document/section; NULL where an occurrence was skipped before a section was chosen.
    section TEXT,
    -- planned | sent | failed | skipped
    state TEXT NOT NULL,
    reason TEXT,
    planned_at BIGINT NOT NULL,
    settled_at BIGINT,
    UNIQUE (subscription_id, due)
);
CREATE INDEX deliveries_open ON deliveries (subscription_id) WHERE settled_at IS NULL;
CREATE INDEX deliveries_latest ON deliveries (bot_id, planned_at);

-- What goes out: a row for each part of a message, replies and reminders alike.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    -- Of a reply: the update that it answers. Of a reminder: the delivery that it is a part of.
    update_id BIGINT,
    delivery_id TEXT,
    part BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    -- The message; NULL once nothing is left to be sent.
    payload TEXT,
    -- planned | sending | sent | failed | skipped
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    ambiguous BIGINT NOT NULL DEFAULT 0,
    not_before BIGINT NOT NULL DEFAULT 0,
    reason TEXT,
    -- The message that was answered, the sections shown, and the message that shows them.
    question_id BIGINT,
    sections TEXT,
    message_id BIGINT,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX outbox_open ON outbox (bot_id, id) WHERE settled_at IS NULL;
CREATE INDEX outbox_delivery ON outbox (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE INDEX outbox_question ON outbox (bot_id, chat_id, question_id) WHERE question_id IS NOT NULL;
CREATE INDEX outbox_message ON outbox (bot_id, chat_id, message_id) WHERE message_id IS NOT NULL;

-- The chats that we introduced ourselves to.
CREATE TABLE introductions (
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, chat_id)
);

-- How far a person has read in a chat.
CREATE TABLE readings (
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    section TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, chat_id, user_id)
);

-- What a person was last shown in a topic: what a question that follows up is about.
CREATE TABLE turns (
    bot_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    topic BIGINT NOT NULL DEFAULT 0,
    user_id BIGINT NOT NULL,
    sections TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bot_id, chat_id, topic, user_id)
);
