-- Each node looks only for what is due in the shards that it owns: one range of an index for each shard.
DROP INDEX recall_due;
CREATE INDEX recall_due ON recall (shard, trigger_at, id) WHERE status = 'pending';
DROP INDEX interrupt_open;
CREATE INDEX interrupt_open ON interrupt (shard, expires_at, session_id, id) WHERE decision IS NULL;
