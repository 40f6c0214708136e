-- Recalls that bring the results of calls which go on in the background. They are paused for 'call' until there is one.
ALTER TABLE recall ADD COLUMN call text;
CREATE INDEX recall_awaiting_result ON recall (shard) WHERE paused_for = 'call';
