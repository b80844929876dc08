-- Since when the chat service refuses reminders there, what for (kicked | blocked | muted | closed), and in which words.
-- Kept until a message is delivered or our standing there changes; `suspended` ends with any sign of the contrary.
ALTER TABLE subscriptions ADD COLUMN refused_at BIGINT;
ALTER TABLE subscriptions ADD COLUMN refused TEXT;
ALTER TABLE subscriptions ADD COLUMN refused_why TEXT;
-- When whoever subscribed was told of it.
ALTER TABLE subscriptions ADD COLUMN told_at BIGINT;
INSERT INTO _wengu_migrations (version, additive) VALUES (50, 1);
