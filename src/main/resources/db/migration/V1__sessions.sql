-- Every acquisition of a shard takes a new, larger number: it is the fence around everything its owner writes.
CREATE SEQUENCE owner_number;

CREATE TABLE shard (
    shard    int PRIMARY KEY,
    node     text        NOT NULL,
    number   bigint      NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE session (
    id         text PRIMARY KEY,
    user_id    text        NOT NULL,
    agent      text,
    title      text,
    metadata   text        NOT NULL DEFAULT '{}',
    preview    text,                                    -- the beginning of the first user message
    epoch      text        NOT NULL,
    head_seq   bigint      NOT NULL DEFAULT 0,
    version    bigint      NOT NULL DEFAULT 0,          -- counts appends; an append names the one before
    owner      bigint      NOT NULL,                    -- only this number may append
    queue      text        NOT NULL DEFAULT '[]',       -- waiting messages
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()       -- of the last command or run, not of the last row
) WITH (fillfactor = 80);                               -- room for the many updates of head_seq on the same page
CREATE INDEX session_of_user ON session (user_id, updated_at DESC, id DESC);
CREATE INDEX session_with_queue ON session (id) WHERE queue <> '[]';

CREATE TABLE run (
    session_id text        NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    id         text        NOT NULL,
    origin     text        NOT NULL,
    first_seq  bigint      NOT NULL,                    -- of its RUN_STARTED
    exact      boolean     NOT NULL,                    -- nothing of it was announced before it was stored
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    outcome    text,                                    -- null while it runs
    code       text,
    PRIMARY KEY (session_id, id)
);
CREATE INDEX run_unfinished ON run (session_id) WHERE outcome IS NULL;

-- The log. Rows tile it: from_seq is the seq of the row before + 1. No foreign key: a row is only ever inserted by the
-- statement that moves the head of its session, and erased by the one that erases it.
CREATE TABLE session_event (
    session_id text        NOT NULL,
    seq        bigint      NOT NULL,
    from_seq   bigint      NOT NULL,
    run_id     text,
    type       text        NOT NULL,
    payload    text        NOT NULL,                    -- the AG-UI event, the same bytes that readers get
    ends       int[],                                   -- of a segment: where each seq ends, in UTF-16 units
    at         timestamptz NOT NULL,
    PRIMARY KEY (session_id, seq),
    CHECK (from_seq <= seq)
);

-- Decided commands: a repeat gets the same result. session_id is empty for a command that made a session.
CREATE TABLE claim (
    user_id    text        NOT NULL,
    session_id text        NOT NULL,
    id         text        NOT NULL,
    hash       text        NOT NULL,
    result     text        NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, session_id, id)
);
CREATE INDEX claim_by_age ON claim (at);
CREATE INDEX claim_of_session ON claim (session_id);

-- What the server made for itself once, such as the key that signs its tokens.
CREATE TABLE secret (
    name       text PRIMARY KEY,
    value      bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
