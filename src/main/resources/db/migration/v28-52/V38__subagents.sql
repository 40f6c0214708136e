-- The sub-agents that a call is made in while people decide about it: JSON, from the outermost; null for none.
ALTER TABLE interrupt ADD COLUMN within text;
