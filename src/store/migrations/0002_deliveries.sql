-- How often an occurrence was tried, kept after the rows of its message are gone; what happened on the way; and when an
-- operator asked for it again.
ALTER TABLE deliveries ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN ambiguous BIGINT NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN note TEXT;
ALTER TABLE deliveries ADD COLUMN wanted_at BIGINT;
CREATE INDEX deliveries_wanted ON deliveries (bot_id, wanted_at) WHERE wanted_at IS NOT NULL;
