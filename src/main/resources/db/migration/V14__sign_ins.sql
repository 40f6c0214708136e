-- Browsers in which somebody is signed in with OpenID Connect. What the provider gave is sealed with a key that only the
-- browser's cookie holds, so neither this table nor a cookie alone tells it.
CREATE TABLE sign_in (
    id            text PRIMARY KEY,                   -- a hash of what the cookie names
    user_id       text NOT NULL,
    content       bytea NOT NULL,
    version       bigint NOT NULL DEFAULT 1,          -- grows with each refresh
    claimed_until timestamptz,                        -- until then nobody else refreshes it
    resting       boolean NOT NULL DEFAULT false,     -- why: true after a refresh that failed
    created_at    timestamptz NOT NULL DEFAULT now(),
    ends_at       timestamptz NOT NULL
);

CREATE INDEX sign_in_of_user ON sign_in (user_id, created_at);
CREATE INDEX sign_in_by_end ON sign_in (ends_at);
