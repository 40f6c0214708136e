-- What runs go on from. They go with their run: once that is erased, the database refuses a late one, too.
CREATE TABLE checkpoint (
    session_id text        NOT NULL,
    id         text        NOT NULL,
    run_id     text        NOT NULL,
    seq        bigint      NOT NULL,                    -- what it covers of the log
    step       int         NOT NULL,
    at         timestamptz NOT NULL,
    bytes      int         NOT NULL,                    -- of the body
    body       bytea       NOT NULL,                    -- JSON
    PRIMARY KEY (session_id, id),
    FOREIGN KEY (session_id, run_id) REFERENCES run (session_id, id) ON DELETE CASCADE
);
CREATE INDEX checkpoint_by_age ON checkpoint (at);
