-- Placeholder: the tables of sessions come here.
SELECT 1;
