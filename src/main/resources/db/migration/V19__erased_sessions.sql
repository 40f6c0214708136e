-- Sessions that were erased, by a hash of their ids, for as long as commands are remembered: the command that made one
-- makes no second one.
CREATE TABLE erased_session (
    hash text PRIMARY KEY,
    at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX erased_session_by_age ON erased_session (at);

-- The session that a fork was made from, as its metadata names it: found by it when that session is erased.
ALTER TABLE session ADD COLUMN forked_from text;
UPDATE session SET forked_from = substring(metadata FROM '^\{"forkedFrom":\{"session":"([A-Za-z0-9_-]+)"')
WHERE metadata LIKE '{"forkedFrom":{"session":"%';
CREATE INDEX session_forked_from ON session (forked_from) WHERE forked_from IS NOT NULL;
