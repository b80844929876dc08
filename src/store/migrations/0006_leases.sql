-- Which of several instances on one database works for a bot.
CREATE TABLE leases (
    bot_id BIGINT NOT NULL PRIMARY KEY,
    -- Rises whenever the lease changes hands: what is still written under an earlier number is refused.
    fence BIGINT NOT NULL,
    -- Who holds it; empty once it was given back.
    holder TEXT NOT NULL,
    -- Rises with each write of the holder: as long as it does, the holder lives. No instant is compared between machines.
    beat BIGINT NOT NULL,
    taken_at BIGINT NOT NULL
);

-- The number under which the latest attempt was made.
ALTER TABLE outbox ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
