-- Which migrations leave an older program able to work: each from here on says it in a row, 1 where it only adds. An
-- older program opens a store if all that it does not know is additive. Not part of a backup: migrations make it.
CREATE TABLE _wengu_migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    additive BIGINT NOT NULL
);
INSERT INTO _wengu_migrations (version, additive) VALUES (8, 1);

-- Skips of one subscription for the same reason in a row are one delivery: how many occurrences it stands for, and when
-- the last of them was due (NULL where it is the only one).
ALTER TABLE deliveries ADD COLUMN repeats BIGINT NOT NULL DEFAULT 1;
ALTER TABLE deliveries ADD COLUMN last_due BIGINT;
