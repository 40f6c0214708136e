-- Tools that the client of a run executes itself: a JSON list; null if there are none.
ALTER TABLE run ADD COLUMN client_tools text;
