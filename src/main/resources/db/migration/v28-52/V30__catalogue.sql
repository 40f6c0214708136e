-- The catalogue: entries of the database, and copies of those from files and settings, so that rules hold over all.
CREATE TABLE catalog_entry (
    kind       text        NOT NULL,                    -- provider, model, prompt, agent
    name       text        NOT NULL,
    origin     text        NOT NULL,                    -- settings, file, database
    version    bigint      NOT NULL,
    body       text        NOT NULL,                    -- JSON
    standard   boolean     NOT NULL DEFAULT false,      -- the default of its kind
    changed_by text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, name)
);
CREATE UNIQUE INDEX catalog_entry_standard ON catalog_entry (kind) WHERE standard;

-- Every version of every entry, also of those that were deleted.
CREATE TABLE catalog_version (
    kind       text        NOT NULL,
    name       text        NOT NULL,
    version    bigint      NOT NULL,
    origin     text        NOT NULL,
    action     text        NOT NULL,                    -- created, changed, restored, deleted
    status     text,                                    -- of a prompt: approved, testing, deprecated
    body       text        NOT NULL,                    -- JSON
    changed_by text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, name, version)
);
CREATE INDEX catalog_version_status ON catalog_version (name, status, version) WHERE kind = 'prompt';

-- One row: the number of the last change. Its lock puts changes one after the other.
CREATE TABLE catalog_state (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    number bigint NOT NULL
);
INSERT INTO catalog_state (number) VALUES (0);
