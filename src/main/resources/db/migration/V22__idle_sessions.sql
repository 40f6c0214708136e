-- When a session was used last other than by a command or a run: somebody had it open, or kept it. Before it expires both
-- times count. Those of people without a sign-in have an index of their own, because they have another time to live.
ALTER TABLE session ADD COLUMN used_at timestamptz;
CREATE INDEX session_idle_anonymous ON session (greatest(updated_at, used_at), id) WHERE user_id LIKE 'anonymous:%';
CREATE INDEX session_idle ON session (greatest(updated_at, used_at), id) WHERE user_id NOT LIKE 'anonymous:%';

-- How many expired since a time.
CREATE INDEX audit_expired ON audit (at) WHERE action = 'session.expired';
