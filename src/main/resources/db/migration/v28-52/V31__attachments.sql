-- The content of an uploaded file. Several sessions may refer to one: a fork shares those of its source. place: database, folder.
-- kept: an attachment has referred to it; others are uploads that did not end. gone: its file is still to be deleted.
CREATE TABLE attachment_blob (
    id text PRIMARY KEY,
    place text NOT NULL,
    chunk_bytes int NOT NULL,
    bytes bigint NOT NULL DEFAULT 0,
    thumbnail bytea,
    kept boolean NOT NULL DEFAULT false,
    gone boolean NOT NULL DEFAULT false,
    begun_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX attachment_blob_unfinished ON attachment_blob (begun_at) WHERE NOT kept AND NOT gone;
CREATE INDEX attachment_blob_gone ON attachment_blob (id) WHERE gone;

-- Only of blobs in the database.
CREATE TABLE attachment_chunk (
    blob_id text NOT NULL REFERENCES attachment_blob ON DELETE CASCADE,
    number int NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (blob_id, number)
);
-- Images and PDF are compressed already.
ALTER TABLE attachment_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE attachment (
    session_id text NOT NULL REFERENCES session ON DELETE CASCADE,
    id text NOT NULL,
    blob_id text NOT NULL REFERENCES attachment_blob,
    user_id text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    bytes bigint NOT NULL,
    width int,
    height int,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    PRIMARY KEY (session_id, id)
);
CREATE INDEX attachment_of_blob ON attachment (blob_id);
CREATE INDEX attachment_of_user ON attachment (user_id);
CREATE INDEX attachment_unsent ON attachment (uploaded_at) WHERE sent_at IS NULL;

-- The last attachment that refers to a blob takes it along. The blobs are locked first, in order, so that a fork that refers to one
-- at this moment is either seen or waits.
CREATE FUNCTION drop_unused_blobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM attachment_blob WHERE id IN (SELECT blob_id FROM dropped) ORDER BY id FOR UPDATE;
    DELETE FROM attachment_blob AS blob
        WHERE blob.id IN (SELECT blob_id FROM dropped) AND blob.place = 'database'
          AND NOT EXISTS (SELECT 1 FROM attachment WHERE blob_id = blob.id);
    UPDATE attachment_blob AS blob SET gone = true
        WHERE blob.id IN (SELECT blob_id FROM dropped) AND blob.place <> 'database'
          AND NOT EXISTS (SELECT 1 FROM attachment WHERE blob_id = blob.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER attachment_dropped AFTER DELETE ON attachment
    REFERENCING OLD TABLE AS dropped FOR EACH STATEMENT EXECUTE FUNCTION drop_unused_blobs();
