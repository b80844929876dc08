-- How many sections a reminder of a subscription brings, by when all of its series is to be read, and the ids of the
-- sections that a delivery shows after its first, with blanks between them.
ALTER TABLE subscriptions ADD COLUMN amount BIGINT NOT NULL DEFAULT 1;
ALTER TABLE subscriptions ADD COLUMN until BIGINT;
ALTER TABLE deliveries ADD COLUMN more TEXT;
INSERT INTO _wengu_migrations (version, additive) VALUES (53, 1);
