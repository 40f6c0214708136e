-- The use of a model is recorded after it happened, so it can come after the erasure of its user. It then gets the name that
-- replaces the user's. Kept for a day: a hash of a name says more to those who guess names than the replacing one does.
CREATE TABLE erased_user (
    hash bytea PRIMARY KEY,
    name text NOT NULL,
    erased_at timestamptz NOT NULL
);
