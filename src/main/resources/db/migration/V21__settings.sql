-- Values that administrators have set over those of the settings file.
CREATE TABLE setting (
    key        text PRIMARY KEY,
    value      text        NOT NULL,                    -- as in an environment variable
    changed_by text        NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
