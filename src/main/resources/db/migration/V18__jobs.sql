-- Who may do what only one process may do at a time, and until when unless it renews that. Numbers only grow.
CREATE SEQUENCE lease_number;
CREATE TABLE lease (
    name   text PRIMARY KEY,
    owner  text        NOT NULL,
    number bigint      NOT NULL,                        -- the fence around what the owner writes
    until  timestamptz NOT NULL
);

-- Maintenance: when each job runs next, and whether somebody has asked for a run.
CREATE TABLE job (
    name            text PRIMARY KEY,
    schedule        text,                               -- JSON; null: the one that the server brings
    paused          boolean     NOT NULL DEFAULT false,
    next_at         timestamptz NOT NULL,
    request         bigint,                             -- null: nobody asks
    request_by      text,
    request_session text,                               -- only what is of this session ...
    request_user    text,                               -- ... or of this user
    request_days    int                                 -- instead of the setting
);

-- What jobs did. Neither ids of sessions nor texts: it outlives what was erased.
CREATE TABLE job_run (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job            text        NOT NULL,
    lease          bigint      NOT NULL,                -- its number: only who holds it writes this row
    node           text        NOT NULL,
    cause          text        NOT NULL,                -- schedule, request
    asked_by       text,
    part           text        NOT NULL,                -- all, session, user
    started_at     timestamptz NOT NULL,
    ended_at       timestamptz,
    outcome        text,                                -- success, failed, stopped, interrupted; null while it runs
    processed      bigint      NOT NULL DEFAULT 0,
    deleted        bigint      NOT NULL DEFAULT 0,
    retention_days int,
    error          text,
    stop_by        text                                 -- who asked it to stop
);
CREATE INDEX job_run_of_job ON job_run (job, id);
CREATE INDEX job_run_by_age ON job_run (started_at);
CREATE UNIQUE INDEX job_run_active ON job_run (job) WHERE ended_at IS NULL;
CREATE INDEX audit_by_age ON audit (at);
