-- How many occurrences of a subscription were planned to be sent, and which of them one is: the order of sending, which
-- no clock changes. 0 for those of earlier programs.
ALTER TABLE subscriptions ADD COLUMN planned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN nth BIGINT NOT NULL DEFAULT 0;
INSERT INTO _wengu_migrations (version, additive) VALUES (52, 1);
