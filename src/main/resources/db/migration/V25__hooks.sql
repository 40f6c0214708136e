-- Addresses at which other servers wake a session. Gone with their session.
CREATE TABLE hook (
    id         text PRIMARY KEY,
    session_id text        NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    user_id    text        NOT NULL,
    name       text        NOT NULL,
    template   text        NOT NULL,
    secret     bytea       NOT NULL,                    -- sealed
    enabled    boolean     NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at    timestamptz                              -- when a call was accepted last
);
CREATE INDEX hook_of_user ON hook (user_id, created_at, id);
CREATE INDEX hook_of_session ON hook (session_id);

-- What came, so that a repeat gets the first answer.
CREATE TABLE hook_delivery (
    hook_id   text        NOT NULL REFERENCES hook (id) ON DELETE CASCADE,
    id        text        NOT NULL,                     -- as the sender names it
    signature text        NOT NULL,                     -- the same signature under another id is a repeat, too
    text      text,                                     -- of the message; null once there is the recall
    recall    text,                                     -- null until the session has accepted it
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hook_id, id),
    UNIQUE (hook_id, signature)
);
CREATE INDEX hook_delivery_newest ON hook_delivery (hook_id, at DESC);
CREATE INDEX hook_delivery_by_age ON hook_delivery (at);
