-- What a stage spends its time on.

ALTER TABLE job_stage ADD COLUMN read_s DOUBLE;
ALTER TABLE job_stage ADD COLUMN write_s DOUBLE;
ALTER TABLE job_stage ADD COLUMN wait_s DOUBLE;
ALTER TABLE job_stage ADD COLUMN hot VARCHAR;
COMMENT ON COLUMN job_stage.read_s IS 'Seconds it spent on reading; NULL where nobody counted.';
COMMENT ON COLUMN job_stage.write_s IS 'Seconds it spent on writing.';
COMMENT ON COLUMN job_stage.wait_s IS
    'Seconds it waited for subjobs, or for what it saved in the background.';
COMMENT ON COLUMN job_stage.hot IS
    'Where it was when it was looked at (`axtui run --profile`), as JSON; else NULL.';
