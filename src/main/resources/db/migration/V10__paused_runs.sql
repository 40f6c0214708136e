-- Times without a server while a run was active, because one was stopped in order. They are no crashes and no time of the run.
ALTER TABLE run
    ADD COLUMN pauses    int    NOT NULL DEFAULT 0,     -- how many there were
    ADD COLUMN paused_at timestamptz,                   -- when the one began that goes on: all of the run is stored
    ADD COLUMN down_ms   bigint NOT NULL DEFAULT 0;     -- how long those were that are over
