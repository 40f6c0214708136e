-- The last run of a session, the one that began at a seq and those up to one: asked for by each load, each page of
-- history or of a snapshot, each start of a run and each clear. The primary key finds only all runs of a session.
CREATE INDEX run_in_order ON run (session_id, first_seq);
