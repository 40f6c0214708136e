-- Until when the owner of a shard may act without a renewal, by the clock of the database. NULL: there is one server,
-- which the lock of the database ensures, or the shard was given back.
ALTER TABLE shard ADD COLUMN until timestamptz;
