-- What can be found: one row for each message of a person or an agent that is complete and not void. The text is in lower
-- case, made by the server, so that it does not depend on the locale of the database; the text itself is in the log.
CREATE TABLE message_text (
    session_id text   NOT NULL,
    seq        bigint NOT NULL,                         -- of the message's first event
    end_seq    bigint NOT NULL,                         -- of its last one
    message_id text   NOT NULL,
    role       text   NOT NULL,
    folded     text   NOT NULL,
    PRIMARY KEY (session_id, seq)
);

ALTER TABLE session ADD COLUMN title_folded text;
UPDATE session SET title_folded = lower(coalesce(title, made_title));
