-- Events: what happened when. Rows are added and stay, whatever becomes of the jobs.

CREATE TABLE run (
    run VARCHAR NOT NULL,
    script VARCHAR,
    build_job VARCHAR,
    workspace VARCHAR,
    argv VARCHAR,
    started TIMESTAMPTZ,
    ended TIMESTAMPTZ,
    state VARCHAR,
    exit_code BIGINT,
    user_name VARCHAR,
    host VARCHAR,
    recorded TIMESTAMPTZ NOT NULL,
    journal VARCHAR NOT NULL,
    position BIGINT NOT NULL
);
COMMENT ON TABLE run IS 'One run of a build script. Key: (run).';
COMMENT ON COLUMN run.run IS 'Its id.';
COMMENT ON COLUMN run.script IS 'Build script.';
COMMENT ON COLUMN run.build_job IS 'Job of the script itself.';
COMMENT ON COLUMN run.workspace IS 'Folder of the workspace.';
COMMENT ON COLUMN run.argv IS 'Command line, as a JSON list.';
COMMENT ON COLUMN run.started IS 'When it began.';
COMMENT ON COLUMN run.ended IS 'When it ended; NULL while it runs.';
COMMENT ON COLUMN run.state IS 'running, complete, failed, cancelled or lost.';
COMMENT ON COLUMN run.exit_code IS 'What the command gave back.';
COMMENT ON COLUMN run.user_name IS 'User who ran it.';
COMMENT ON COLUMN run.host IS 'Machine it ran on.';
COMMENT ON COLUMN run.recorded IS 'When this state of it was reported.';
COMMENT ON COLUMN run.journal IS 'Journal that reported it.';
COMMENT ON COLUMN run.position IS 'Place in that journal.';

CREATE TABLE run_job (
    run VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    job VARCHAR NOT NULL,
    method VARCHAR,
    name VARCHAR,
    built BOOLEAN
);
COMMENT ON TABLE run_job IS 'A job that a run asked for, built or re-used. Key: (run, position).';
COMMENT ON COLUMN run_job.run IS 'run.run.';
COMMENT ON COLUMN run_job.position IS 'Order within the run, from 0.';
COMMENT ON COLUMN run_job.job IS 'Job id.';
COMMENT ON COLUMN run_job.method IS 'Its method.';
COMMENT ON COLUMN run_job.name IS 'Name in the joblist.';
COMMENT ON COLUMN run_job.built IS 'True if it was built, False if it was re-used.';

CREATE TABLE run_warning (
    run VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    text VARCHAR
);
COMMENT ON TABLE run_warning IS 'A warning given at the end of a run. Key: (run, position).';
COMMENT ON COLUMN run_warning.run IS 'run.run.';
COMMENT ON COLUMN run_warning.position IS 'Order, from 0.';
COMMENT ON COLUMN run_warning.text IS 'The warning.';

CREATE TABLE urd_entry (
    entry VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    user_name VARCHAR NOT NULL,
    list VARCHAR NOT NULL,
    timestamp VARCHAR NOT NULL,
    timestamp_key VARCHAR NOT NULL,
    caption VARCHAR,
    build_job VARCHAR,
    flags VARCHAR,
    recorded TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE urd_entry IS
    'Something done to an urd list: an entry added, or all entries from a timestamp on '
    'truncated. Key: (entry).';
COMMENT ON COLUMN urd_entry.entry IS 'Made of user, list, timestamp, action and time.';
COMMENT ON COLUMN urd_entry.action IS 'add or truncate.';
COMMENT ON COLUMN urd_entry.user_name IS 'Whose list.';
COMMENT ON COLUMN urd_entry.list IS 'The list.';
COMMENT ON COLUMN urd_entry.timestamp IS 'The entry''s timestamp as it was given.';
COMMENT ON COLUMN urd_entry.timestamp_key IS
    'Text that sorts as timestamps do: numbers before dates, more parts later.';
COMMENT ON COLUMN urd_entry.caption IS 'What the user wrote about it.';
COMMENT ON COLUMN urd_entry.build_job IS 'Job of the build script that did it.';
COMMENT ON COLUMN urd_entry.flags IS 'Flags, as JSON.';
COMMENT ON COLUMN urd_entry.recorded IS 'When it was done.';

CREATE TABLE urd_entry_job (
    entry VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    name VARCHAR,
    job VARCHAR NOT NULL
);
COMMENT ON TABLE urd_entry_job IS 'One job of the joblist of an urd entry. Key: (entry, position).';
COMMENT ON COLUMN urd_entry_job.entry IS 'urd_entry.entry.';
COMMENT ON COLUMN urd_entry_job.position IS 'Place in the joblist, from 0.';
COMMENT ON COLUMN urd_entry_job.name IS 'Name in the joblist.';
COMMENT ON COLUMN urd_entry_job.job IS 'Job id.';

CREATE TABLE urd_entry_dependency (
    entry VARCHAR NOT NULL,
    list VARCHAR NOT NULL,
    timestamp VARCHAR
);
COMMENT ON TABLE urd_entry_dependency IS
    'An entry of another list that an urd entry rests on. Key: (entry, list).';
COMMENT ON COLUMN urd_entry_dependency.entry IS 'urd_entry.entry.';
COMMENT ON COLUMN urd_entry_dependency.list IS 'The other list, as user/list.';
COMMENT ON COLUMN urd_entry_dependency.timestamp IS 'The other entry''s timestamp.';

CREATE TABLE result (
    link VARCHAR NOT NULL,
    job VARCHAR,
    file VARCHAR,
    header VARCHAR,
    description VARCHAR,
    build_job VARCHAR,
    digest VARCHAR,
    recorded TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE result IS 'A file was linked into the results folder. Key: (link, recorded).';
COMMENT ON COLUMN result.link IS 'Name in the results folder.';
COMMENT ON COLUMN result.job IS 'Job that holds the file.';
COMMENT ON COLUMN result.file IS 'The file, within the job directory.';
COMMENT ON COLUMN result.header IS 'Heading to show it under.';
COMMENT ON COLUMN result.description IS 'What it is.';
COMMENT ON COLUMN result.build_job IS 'Job of the build script that linked it.';
COMMENT ON COLUMN result.digest IS 'Digest of the file.';
COMMENT ON COLUMN result.recorded IS 'When it was linked.';

CREATE TABLE alarm (
    job VARCHAR,
    text VARCHAR,
    other VARCHAR,
    recorded TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE alarm IS
    'Something that should not be, such as two runs of one key with different results. Key: '
    '(recorded, job, text).';
COMMENT ON COLUMN alarm.job IS 'Job it is about.';
COMMENT ON COLUMN alarm.text IS 'What was noticed.';
COMMENT ON COLUMN alarm.other IS 'The other job it was noticed against.';
COMMENT ON COLUMN alarm.recorded IS 'When.';

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

CREATE TABLE forgotten_job (
    job VARCHAR NOT NULL,
    recorded TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE forgotten_job IS 'A job whose directory is gone, removed by something else than gc. Key: (job).';
COMMENT ON COLUMN forgotten_job.job IS 'Job id.';
COMMENT ON COLUMN forgotten_job.recorded IS
    'When; whatever was reported of it before does not count.';

CREATE TABLE journal_event (
    seq BIGINT NOT NULL,
    journal VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    recorded TIMESTAMPTZ NOT NULL,
    kind VARCHAR NOT NULL,
    subject VARCHAR,
    state VARCHAR,
    doc VARCHAR
);
COMMENT ON TABLE journal_event IS
    'Every event that came by a journal, in brief and in the order of coming, since the '
    'catalog was last rebuilt. Key: (journal, position).';
COMMENT ON COLUMN journal_event.seq IS
    'Rises by one with each event; ask for what is above the last one seen.';
COMMENT ON COLUMN journal_event.journal IS 'Journal it came from.';
COMMENT ON COLUMN journal_event.position IS 'Place in that journal.';
COMMENT ON COLUMN journal_event.recorded IS 'When it happened.';
COMMENT ON COLUMN journal_event.kind IS
    'job, run, urd, result, alarm, pin, forget, workspace, or one this program does not know.';
COMMENT ON COLUMN journal_event.subject IS 'What it is about: job id, run, list or link.';
COMMENT ON COLUMN journal_event.state IS 'State reported by a job or run, action of an urd event.';
COMMENT ON COLUMN journal_event.doc IS 'The event itself as JSON, for kinds that have no table.';
