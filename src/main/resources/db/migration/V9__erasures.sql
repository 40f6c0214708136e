-- What clear and delete have still to erase in other stores, written in their transaction: it outlives the process. One
-- row for each store that holds copies, gone once that has erased them twice.
CREATE TABLE erasure (
    session_id text        NOT NULL,
    store      text        NOT NULL,
    up_to_seq  bigint      NOT NULL,
    tries      int         NOT NULL DEFAULT 0,
    due_at     timestamptz NOT NULL,
    erased_at  timestamptz,                             -- for the first time; what was on its way then may have come later
    PRIMARY KEY (session_id, store)
);
CREATE INDEX erasure_due ON erasure (store, due_at);
