-- Where a session stands in the list of its user: pinned ones come first, archived ones have a list of their own.
ALTER TABLE session
    ADD COLUMN pinned   boolean NOT NULL DEFAULT false,
    ADD COLUMN archived boolean NOT NULL DEFAULT false;

-- A page of each of the two lists is one range of it, however many sessions the other one has.
DROP INDEX session_of_user;
CREATE INDEX session_of_user ON session (user_id, archived, pinned DESC, updated_at DESC, id DESC);
