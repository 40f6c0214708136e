-- What the run of a recall sees of the conversation before it: all, summary, last, none.
ALTER TABLE recall ADD COLUMN context text NOT NULL DEFAULT 'all';

-- The newest summary of a conversation is asked for by each run that is shown one.
CREATE INDEX session_event_summarised ON session_event (session_id, seq)
    WHERE type = 'CUSTOM' AND payload LIKE '{"type":"CUSTOM","name":"context.summarised"%';
