-- A paused recall is open, but not due. Why it is paused: asked, or chain (recalls started too many runs in a row).
ALTER TABLE recall ADD COLUMN paused_for text;
DROP INDEX recall_open_of_user;
CREATE INDEX recall_open_of_user ON recall (user_id) WHERE status IN ('pending', 'running', 'paused');
DROP INDEX recall_open_of_session;
CREATE INDEX recall_open_of_session ON recall (session_id, created_at, id) WHERE status IN ('pending', 'running', 'paused');

-- How many runs in a row recalls have started, without a message of a person.
ALTER TABLE session ADD COLUMN recall_chain int NOT NULL DEFAULT 0;
