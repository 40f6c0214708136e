-- Where the run of a recall takes place: this, new. A session that is made for a recall begins with a recall of its own.
ALTER TABLE recall ADD COLUMN target text NOT NULL DEFAULT 'this', ADD COLUMN parent text;
CREATE INDEX recall_of_parent ON recall (parent, created_at) WHERE parent IS NOT NULL;

-- The session whose recall made this one, and what runs see of it. Found by it when that session is erased.
ALTER TABLE session ADD COLUMN recalled_session text, ADD COLUMN recalled_seq bigint, ADD COLUMN recalled_context text;
CREATE INDEX session_recalled ON session (recalled_session) WHERE recalled_session IS NOT NULL;
