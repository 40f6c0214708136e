-- What people think of answers, for those who review it. The log has it, too; readers of a session get it from there.
CREATE TABLE feedback (
    number     bigint      GENERATED ALWAYS AS IDENTITY,
    session_id text        NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    message_id text        NOT NULL,
    seq        bigint      NOT NULL,                    -- first event of the answer
    run_id     text,
    user_id    text        NOT NULL,
    rating     text        NOT NULL,                    -- up, down
    comment    text,
    agent      text        NOT NULL,                    -- of the session at that time
    model      text,
    event_seq  bigint      NOT NULL,                    -- the event that says so
    at         timestamptz NOT NULL,                    -- of the last change
    superseded boolean     NOT NULL DEFAULT false,      -- whether the answer was superseded since
    PRIMARY KEY (session_id, message_id)
);
CREATE INDEX feedback_listed ON feedback (at, number);

-- Asked for by every read of older messages.
CREATE INDEX session_event_feedback ON session_event (session_id, seq)
    WHERE type = 'CUSTOM' AND payload LIKE '{"type":"CUSTOM","name":"feedback.updated"%';
