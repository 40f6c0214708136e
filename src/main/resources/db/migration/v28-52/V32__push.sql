-- The key by which push services know this server; one row.
CREATE TABLE push_key (
    id         text PRIMARY KEY,
    secret     bytea       NOT NULL,                    -- sealed
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Browsers that receive messages also without an open tab. Each comes and goes with one sign-in.
CREATE TABLE push_subscription (
    id         text PRIMARY KEY,                        -- a hash of user and endpoint: a browser that comes again keeps it
    user_id    text        NOT NULL,
    endpoint   text        NOT NULL UNIQUE,             -- a hash of it
    name       text        NOT NULL,
    service    text        NOT NULL,                    -- host of the push service
    secret     bytea       NOT NULL,                    -- sealed: the endpoint and the keys of the browser
    titles     boolean     NOT NULL,                    -- whether it is told the titles of chats
    sign_in_id text        REFERENCES sign_in (id) ON DELETE CASCADE,
    cookie     text,                                    -- a hash of the cookie of a sign-in that is not stored
    created_at timestamptz NOT NULL DEFAULT now(),
    ends_at    timestamptz NOT NULL,                    -- with its sign-in, or when its page was not opened for long
    pushed_at  timestamptz,                             -- when a message was accepted last
    refusals   int         NOT NULL DEFAULT 0           -- in a row
);
CREATE INDEX push_subscription_of_user ON push_subscription (user_id, created_at, id);
CREATE INDEX push_subscription_of_sign_in ON push_subscription (sign_in_id) WHERE sign_in_id IS NOT NULL;
CREATE INDEX push_subscription_of_cookie ON push_subscription (cookie) WHERE cookie IS NOT NULL;
CREATE INDEX push_subscription_by_end ON push_subscription (ends_at);

-- What they are told. A row goes when it was sent, or when it is not to be sent any more.
CREATE TABLE push_message (
    id              text PRIMARY KEY,
    subscription_id text        NOT NULL REFERENCES push_subscription (id) ON DELETE CASCADE,
    session_id      text        REFERENCES session (id) ON DELETE CASCADE,
    run_id          text,
    seq             bigint,                             -- of the session when the run had ended
    kind            text        NOT NULL,               -- run.ended, recall.fired, interrupt.opened, test
    outcome         text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    next_at         timestamptz NOT NULL,               -- of the next attempt
    leased_until    timestamptz,                        -- until then the attempt of another process may be under way
    attempts        int         NOT NULL DEFAULT 0      -- also the fence around what is written of an attempt
);
CREATE INDEX push_message_due ON push_message (next_at, id);
CREATE INDEX push_message_of_subscription ON push_message (subscription_id, created_at, id);
CREATE INDEX push_message_of_session ON push_message (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX push_message_by_age ON push_message (created_at);

-- A run has ended. Of one that was stopped nobody is told: somebody has stopped it. A recall is told when its run has ended,
-- because then there is something to read.
CREATE FUNCTION tell_push(ended run) RETURNS void LANGUAGE sql AS $$
    INSERT INTO push_message (id, subscription_id, session_id, run_id, seq, kind, outcome, next_at)
    SELECT 'pm_' || replace(gen_random_uuid()::text, '-', ''), s.id, session.id, ended.id, session.head_seq,
           CASE WHEN ended.outcome = 'interrupt' THEN 'interrupt.opened'
                WHEN ended.origin = 'recall' THEN 'recall.fired' ELSE 'run.ended' END,
           ended.outcome, now()
    FROM session JOIN push_subscription AS s ON s.user_id = session.user_id
    WHERE session.id = ended.session_id AND NOT session.muted AND s.ends_at > now() AND ended.outcome <> 'cancelled'
$$;

CREATE FUNCTION run_ends_for_push() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_push(NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER run_ends_for_push AFTER UPDATE ON run
    FOR EACH ROW WHEN (OLD.outcome IS NULL AND NEW.outcome IS NOT NULL) EXECUTE FUNCTION run_ends_for_push();
CREATE TRIGGER run_began_and_ends_for_push AFTER INSERT ON run
    FOR EACH ROW WHEN (NEW.outcome IS NOT NULL) EXECUTE FUNCTION run_ends_for_push();
