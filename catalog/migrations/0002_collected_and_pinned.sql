-- Jobs that gc removed keep their rows; pins.

CREATE TABLE job_collected (
    job VARCHAR NOT NULL,
    removed TIMESTAMPTZ,
    was VARCHAR,
    bytes BIGINT,
    why VARCHAR
);
COMMENT ON TABLE job_collected IS
    'A job that `axtui gc` removed; all else that is known of it stays. Key: (job).';
COMMENT ON COLUMN job_collected.job IS 'Job id.';
COMMENT ON COLUMN job_collected.removed IS 'When it was removed.';
COMMENT ON COLUMN job_collected.was IS 'Its state before that.';
COMMENT ON COLUMN job_collected.bytes IS 'Disk space that it took.';
COMMENT ON COLUMN job_collected.why IS 'Why it was removed, in words.';

CREATE TABLE pin (
    job VARCHAR NOT NULL,
    pinned BOOLEAN NOT NULL,
    note VARCHAR,
    user_name VARCHAR,
    recorded TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE pin IS
    'A job was pinned, so that `axtui gc` never removes it, or unpinned. Key: (recorded, job).';
COMMENT ON COLUMN pin.job IS 'Job id.';
COMMENT ON COLUMN pin.pinned IS 'True if it was pinned, False if it was unpinned.';
COMMENT ON COLUMN pin.note IS 'Why, as the user wrote it.';
COMMENT ON COLUMN pin.user_name IS 'User who pinned it.';
COMMENT ON COLUMN pin.recorded IS 'When.';

COMMENT ON COLUMN job.state IS
    'running, complete, failed, cancelled, lost, damaged, or collected: removed by gc.';
COMMENT ON TABLE forgotten_job IS
    'A job whose directory is gone, removed by something else than gc. Key: (job).';
COMMENT ON COLUMN journal_event.kind IS
    'job, run, urd, result, alarm, pin, forget, workspace, or one this program does not know.';
