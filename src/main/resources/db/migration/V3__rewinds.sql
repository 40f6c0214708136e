-- What a session's rewinds have made void is asked for by every read of its messages.
CREATE INDEX session_event_rewound ON session_event (session_id, seq)
    WHERE type = 'CUSTOM' AND payload LIKE '{"type":"CUSTOM","name":"history.rewound"%';
