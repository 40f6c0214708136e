-- What caused a run or a recall: ids for log lines and traces, as JSON.
ALTER TABLE run ADD COLUMN cause text;
ALTER TABLE recall ADD COLUMN cause text;
