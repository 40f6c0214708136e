-- Notes about users that outlive conversations.
CREATE TABLE memory (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         text        NOT NULL,
    user_id    text        NOT NULL,
    content    text        NOT NULL,
    words      tsvector    NOT NULL,                    -- of the content, as the search compares them
    source     text        NOT NULL,                    -- person, agent
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, id)
);
CREATE INDEX memory_user ON memory (user_id, number);

ALTER TABLE preference ADD COLUMN memory_off boolean NOT NULL DEFAULT false;
