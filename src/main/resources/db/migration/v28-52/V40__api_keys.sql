-- API keys of people. The secret of a key is kept as a hash only.
CREATE TABLE api_key (
    id         text PRIMARY KEY,
    user_id    text        NOT NULL,
    name       text        NOT NULL,
    hash       bytea       NOT NULL,                    -- SHA-256 of the secret, which has 256 random bits
    scope      text        NOT NULL,                    -- read, chat, admin; each includes those before it
    roles      text[]      NOT NULL,
    agents     text[]      NOT NULL,                    -- empty: all
    per_minute integer     NOT NULL DEFAULT 0,          -- 0: no limit of its own
    per_day    integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,                             -- null: never
    used_at    timestamptz,
    used_day   date,                                    -- UTC
    used       integer     NOT NULL DEFAULT 0           -- requests of that day
);
CREATE INDEX api_key_of_user ON api_key (user_id, created_at, id);
