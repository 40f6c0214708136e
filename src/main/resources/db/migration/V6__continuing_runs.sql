-- How a run goes on when its process died. A run without resume_seq cannot; one without root_seq began with itself.
ALTER TABLE run
    ADD COLUMN attempt    int    NOT NULL DEFAULT 1,
    ADD COLUMN root_seq   bigint,                       -- where the first run began of those that it goes on with
    ADD COLUMN resume_seq bigint,                       -- what it showed behind it would be void
    ADD COLUMN resume     text;                         -- what it would go on from; null: from what was said

-- What runs ended with because people have to decide. Written by the owner of their session alone. They go with their run.
CREATE TABLE interrupt (
    session_id         text        NOT NULL,
    id                 text        NOT NULL,
    run_id             text        NOT NULL,
    place              int         NOT NULL,            -- among those of the run
    tool_call          text        NOT NULL,
    tool               text        NOT NULL,
    arguments          text        NOT NULL,
    created_at         timestamptz NOT NULL,
    expires_at         timestamptz NOT NULL,
    decision           text,                            -- null while it is open
    resolved_arguments text,
    resolved_text      text,
    resolved_by        text,
    resolved_at        timestamptz,
    PRIMARY KEY (session_id, id),
    FOREIGN KEY (session_id, run_id) REFERENCES run (session_id, id) ON DELETE CASCADE
);
CREATE INDEX interrupt_of_run ON interrupt (session_id, run_id);
CREATE INDEX interrupt_open ON interrupt (expires_at, session_id, id) WHERE decision IS NULL;

-- What was decided and by whom, for operators. It outlives the sessions, and has no text of any message.
CREATE TABLE audit (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    user_id    text,                                    -- null: nobody did in time
    action     text        NOT NULL,
    session_id text,
    target     text,
    detail     text        NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_of_user ON audit (user_id, id);
CREATE INDEX audit_of_action ON audit (action, id);
CREATE INDEX audit_of_session ON audit (session_id, id);

-- What changes earlier messages is asked for by every read of them: rewinds, restarts, what people decided about calls.
DROP INDEX session_event_rewound;
CREATE INDEX session_event_amending ON session_event (session_id, seq)
    WHERE type = 'CUSTOM' AND (payload LIKE '{"type":"CUSTOM","name":"history.rewound"%'
                               OR payload LIKE '{"type":"CUSTOM","name":"run.restarted"%'
                               OR payload LIKE '{"type":"CUSTOM","name":"interrupt.resolved"%');
