-- People whose data is being erased. A row goes once nothing of them is left.
CREATE TABLE user_erasure (
    user_id  text PRIMARY KEY,
    asked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX job_run_asked_by ON job_run (asked_by) WHERE asked_by IS NOT NULL;
