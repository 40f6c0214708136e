-- Messages left for later. Written by the owner of their session alone, in the append that carries the event of it.
CREATE TABLE recall (
    id         text PRIMARY KEY,
    session_id text        NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    user_id    text        NOT NULL,
    text       text        NOT NULL,
    schedule   text        NOT NULL,
    status     text        NOT NULL,                    -- pending, running; over: fired, cancelled, failed
    slot_at    timestamptz NOT NULL,                    -- when it is due by its schedule
    trigger_at timestamptz NOT NULL,                    -- when it fires for that slot
    deferrals  int         NOT NULL,                    -- of the slot
    failures   int         NOT NULL,                    -- in a row
    missed     int         NOT NULL,                    -- slots that were passed over
    run_id     text,                                    -- the last run
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX recall_due ON recall (trigger_at, id) WHERE status = 'pending';
CREATE INDEX recall_open_of_user ON recall (user_id) WHERE status IN ('pending', 'running');
CREATE INDEX recall_of_user ON recall (user_id, created_at DESC, id DESC);
CREATE INDEX recall_of_session ON recall (session_id, created_at DESC, id DESC);

-- A slot of a recall has one run at most, whatever happens.
ALTER TABLE run ADD COLUMN recall_id text, ADD COLUMN recall_slot timestamptz;
CREATE UNIQUE INDEX run_of_slot ON run (recall_id, recall_slot) WHERE recall_id IS NOT NULL;

-- Wakes the timers, once the append is committed. They look by themselves too: a wake-up may be lost.
CREATE FUNCTION recall_wakes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('recall_due', (extract(epoch FROM NEW.trigger_at) * 1000)::bigint::text);
    RETURN NULL;
END $$;
CREATE TRIGGER recall_wakes AFTER INSERT OR UPDATE ON recall
    FOR EACH ROW WHEN (NEW.status = 'pending') EXECUTE FUNCTION recall_wakes();
