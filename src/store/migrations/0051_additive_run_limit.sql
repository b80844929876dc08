-- The limit of runs a day that whoever subscribed was told of, where the schedule asks for more.
ALTER TABLE subscriptions ADD COLUMN told_runs BIGINT;
INSERT INTO _wengu_migrations (version, additive) VALUES (51, 1);
