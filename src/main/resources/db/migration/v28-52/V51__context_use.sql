-- How full the model's context was after the call, and its size if that is known. Only of calls for the session's own answers.
ALTER TABLE model_use ADD COLUMN context bigint, ADD COLUMN context_max bigint;
