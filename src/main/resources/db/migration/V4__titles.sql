-- title is what a person gave and wins; made_title came from the first exchange; title_tries: how often one was asked for.
ALTER TABLE session
    ADD COLUMN made_title  text,
    ADD COLUMN title_tries int NOT NULL DEFAULT 0;
