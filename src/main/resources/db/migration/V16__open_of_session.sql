-- What is open in one session, found without its past: each load asks for its runs, interrupts and recalls, and each entry
-- of a list tells whether a run or an interrupt is open. The first index is also asked for the runs of a shard, as before.
DROP INDEX run_unfinished;
CREATE INDEX run_unfinished ON run (shard, session_id, first_seq) WHERE outcome IS NULL;
CREATE INDEX interrupt_open_of_session ON interrupt (session_id) WHERE decision IS NULL;
CREATE INDEX recall_open_of_session ON recall (session_id, created_at, id) WHERE status IN ('pending', 'running');

-- The newest answered interrupts of a session.
CREATE INDEX interrupt_answered ON interrupt (session_id, created_at) WHERE decision IS NOT NULL;

-- A page of the audit log for each choice of filters; that of a session is short.
CREATE INDEX audit_of_user_and_action ON audit (user_id, action, id);

-- A claim is looked up by user, session and id. Where most sessions have few claims, PostgreSQL may also take this index for
-- that, which read all claims of the session.
DROP INDEX claim_of_session;
CREATE INDEX claim_of_session ON claim (session_id, id);
