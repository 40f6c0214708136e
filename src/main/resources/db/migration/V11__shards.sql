-- Each session is of one shard, and what is kept of it beside its log is found by its shard: who takes a shard over reads
-- no others. The number of shards is fixed from here on; a server that is told another number does not start.
CREATE TABLE fixed_setting (
    name  text PRIMARY KEY,
    value text NOT NULL
);
INSERT INTO fixed_setting VALUES ('sessions.shards', '${shards}');

-- The same as io.reprise.message.Sharding: the hash of Java's strings, its bits mixed. Ids are ASCII.
CREATE FUNCTION shard_of(session text, shards int) RETURNS int
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    hash bigint := 0;                                   -- the 32 bits of an int, without their sign
BEGIN
    FOR i IN 1..length(session) LOOP
        hash := (hash * 31 + ascii(substr(session, i, 1))) & 4294967295;
    END LOOP;
    hash := hash # (hash >> 16);
    -- Times 0x9E3779B9, in two halves, so that nothing overflows.
    hash := ((hash & 65535) * 2654435769 + (((hash >> 16) * 2654435769) & 65535) * 65536) & 4294967295;
    IF hash > 2147483647 THEN hash := hash - 4294967296; END IF;
    RETURN ((hash % shards) + shards) % shards;
END $$;

ALTER TABLE session ADD COLUMN shard int NOT NULL GENERATED ALWAYS AS (shard_of(id, ${shards})) STORED;
ALTER TABLE run ADD COLUMN shard int NOT NULL GENERATED ALWAYS AS (shard_of(session_id, ${shards})) STORED;
ALTER TABLE recall ADD COLUMN shard int NOT NULL GENERATED ALWAYS AS (shard_of(session_id, ${shards})) STORED;
ALTER TABLE interrupt ADD COLUMN shard int NOT NULL GENERATED ALWAYS AS (shard_of(session_id, ${shards})) STORED;

DROP INDEX run_unfinished;
CREATE INDEX run_unfinished ON run (shard) WHERE outcome IS NULL;
DROP INDEX session_with_queue;
CREATE INDEX session_with_queue ON session (shard) WHERE queue <> '[]';
