-- Addresses of people that are told what happens in their sessions.
CREATE TABLE webhook (
    id         text PRIMARY KEY,
    user_id    text        NOT NULL,
    name       text        NOT NULL,
    url        text        NOT NULL,
    events     text[]      NOT NULL,
    secret     bytea       NOT NULL,                    -- sealed
    enabled    boolean     NOT NULL DEFAULT true,
    failures   int         NOT NULL DEFAULT 0,          -- attempts in a row
    failed_off boolean     NOT NULL DEFAULT false,      -- switched off because of them
    retry_at   timestamptz,                             -- after a failure: nothing is sent before
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_of_user ON webhook (user_id, created_at, id);

-- What they are told, and what became of it. Gone with its session.
CREATE TABLE webhook_delivery (
    id           text PRIMARY KEY,
    webhook_id   text        NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    session_id   text        REFERENCES session (id) ON DELETE CASCADE,
    event        text        NOT NULL,
    data         text        NOT NULL,                  -- JSON; the same for every attempt
    created_at   timestamptz NOT NULL DEFAULT now(),
    status       text        NOT NULL DEFAULT 'pending',-- pending, parked while its webhook is off; over: delivered, failed
    next_at      timestamptz NOT NULL,                  -- of the next attempt
    leased_until timestamptz,                           -- until then the attempt of another process may be under way
    attempts     int         NOT NULL DEFAULT 0,        -- also the fence around what is written of an attempt
    attempted_at timestamptz,
    http_status  int,                                   -- of the last answer
    error        text,
    duration_ms  int
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at, id) WHERE status = 'pending';
CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook_id, created_at DESC, id DESC);
CREATE INDEX webhook_delivery_open ON webhook_delivery (webhook_id) WHERE status IN ('pending', 'parked');
CREATE INDEX webhook_delivery_of_session ON webhook_delivery (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (created_at);

-- Recorded in the transaction in which it happens: what is stored is told, at least once, whatever happens to the server.
CREATE FUNCTION tell_webhooks(told_session text, told_event text, told_data jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO webhook_delivery (id, webhook_id, session_id, event, data, next_at)
    SELECT 'wd_' || replace(gen_random_uuid()::text, '-', ''), webhook.id, session.id, told_event,
           (jsonb_build_object('session', session.id, 'title', session.title) || told_data)::text,
           coalesce(webhook.retry_at, now())
    FROM session JOIN webhook ON webhook.user_id = session.user_id
    WHERE session.id = told_session AND webhook.enabled AND told_event = ANY (webhook.events)
$$;

CREATE FUNCTION run_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome = 'interrupt' THEN
        PERFORM tell_webhooks(NEW.session_id, 'interrupt.opened', jsonb_build_object('run', NEW.id, 'interrupts', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'tool', tool, 'expiresAt',
                       to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY place), '[]')
            FROM interrupt WHERE session_id = NEW.session_id AND run_id = NEW.id AND decision IS NULL)));
    ELSE
        PERFORM tell_webhooks(NEW.session_id, 'run.ended', jsonb_strip_nulls(jsonb_build_object(
            'run', NEW.id, 'origin', NEW.origin, 'outcome', NEW.outcome, 'code', NEW.code)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER run_ends AFTER UPDATE ON run
    FOR EACH ROW WHEN (OLD.outcome IS NULL AND NEW.outcome IS NOT NULL) EXECUTE FUNCTION run_ends();
CREATE TRIGGER run_began_and_ends AFTER INSERT ON run
    FOR EACH ROW WHEN (NEW.outcome IS NOT NULL) EXECUTE FUNCTION run_ends();

CREATE FUNCTION recall_fires() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_webhooks(NEW.session_id, 'recall.fired', jsonb_build_object('recall', NEW.id, 'run', NEW.run_id,
        'slotAt', to_char(NEW.slot_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
    RETURN NULL;
END $$;
CREATE TRIGGER recall_fires AFTER UPDATE ON recall
    FOR EACH ROW WHEN (OLD.status <> 'running' AND NEW.status = 'running') EXECUTE FUNCTION recall_fires();
CREATE TRIGGER recall_comes_and_fires AFTER INSERT ON recall
    FOR EACH ROW WHEN (NEW.status = 'running') EXECUTE FUNCTION recall_fires();
