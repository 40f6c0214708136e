-- Up to here neighbouring rows of one message are stored as one. Not indexed: a row whose index entries stay the same is
-- updated in its page.
ALTER TABLE session ADD COLUMN compacted_seq bigint NOT NULL DEFAULT 0;
