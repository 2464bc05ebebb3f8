-- Runs of build scripts, the urd, results and alarms.

CREATE VIEW runs AS
SELECT
    r.run,
    r.script,
    r.state,
    r.started,
    r.ended,
    epoch(r.ended) - epoch(r.started) AS wall_s,
    coalesce(j.built, 0) AS built,
    coalesce(j.reused, 0) AS reused,
    coalesce(w.warnings, 0) AS warnings,
    r.exit_code,
    r.build_job,
    r.user_name,
    r.host,
    r.workspace,
    r.argv
FROM run r
LEFT JOIN (
    SELECT run, count(*) FILTER (built) AS built, count(*) FILTER (NOT built) AS reused
    FROM run_job
    GROUP BY run
) j ON j.run = r.run
LEFT JOIN (SELECT run, count(*) AS warnings FROM run_warning GROUP BY run) w ON w.run = r.run;
COMMENT ON VIEW runs IS 'Runs of build scripts, with what they built and re-used.';
COMMENT ON COLUMN runs.run IS 'Id of the run.';
COMMENT ON COLUMN runs.script IS 'Build script.';
COMMENT ON COLUMN runs.state IS 'running, complete, failed, cancelled or lost.';
COMMENT ON COLUMN runs.started IS 'When it began.';
COMMENT ON COLUMN runs.ended IS 'When it ended.';
COMMENT ON COLUMN runs.wall_s IS 'Seconds it took.';
COMMENT ON COLUMN runs.built IS 'Jobs that were built.';
COMMENT ON COLUMN runs.reused IS 'Jobs that were found and re-used.';
COMMENT ON COLUMN runs.warnings IS 'Number of warnings at its end.';
COMMENT ON COLUMN runs.exit_code IS 'What the command gave back.';
COMMENT ON COLUMN runs.build_job IS 'Job of the script itself.';
COMMENT ON COLUMN runs.user_name IS 'User who ran it.';
COMMENT ON COLUMN runs.host IS 'Machine it ran on.';
COMMENT ON COLUMN runs.workspace IS 'Folder of the workspace.';
COMMENT ON COLUMN runs.argv IS 'Command line, as a JSON list.';

CREATE VIEW run_jobs AS
SELECT r.run, u.script, u.started AS run_started, r.position, r.job, r.method, r.name, r.built
FROM run_job r
JOIN run u ON u.run = r.run;
COMMENT ON VIEW run_jobs IS 'The jobs that each run asked for, in order.';
COMMENT ON COLUMN run_jobs.run IS 'Id of the run.';
COMMENT ON COLUMN run_jobs.script IS 'Build script.';
COMMENT ON COLUMN run_jobs.run_started IS 'When the run began.';
COMMENT ON COLUMN run_jobs.position IS 'Order within the run.';
COMMENT ON COLUMN run_jobs.job IS 'Job id.';
COMMENT ON COLUMN run_jobs.method IS 'Its method.';
COMMENT ON COLUMN run_jobs.name IS 'Name in the joblist.';
COMMENT ON COLUMN run_jobs.built IS 'True if it was built, False if it was re-used.';

CREATE VIEW urd_entries AS
SELECT
    e.user_name || '/' || e.list AS list,
    e.timestamp,
    e.caption,
    e.build_job,
    e.recorded,
    j.jobs,
    d.rests_on,
    e.timestamp_key,
    e.entry
FROM urd_entry e
LEFT JOIN (
    SELECT entry, list(job ORDER BY position) AS jobs FROM urd_entry_job GROUP BY entry
) j ON j.entry = e.entry
LEFT JOIN (
    SELECT entry, list(list || '/' || timestamp ORDER BY list) AS rests_on
    FROM urd_entry_dependency
    GROUP BY entry
) d ON d.entry = e.entry
WHERE
    e.action = 'add'
    AND NOT EXISTS (
        SELECT 1
        FROM urd_entry o
        WHERE
            o.user_name = e.user_name
            AND o.list = e.list
            AND o.recorded > e.recorded
            AND (
                (o.action = 'add' AND o.timestamp = e.timestamp)
                OR (o.action = 'truncate' AND o.timestamp_key <= e.timestamp_key)
            )
    );
COMMENT ON VIEW urd_entries IS
    'The entries of the urd as they stand: the latest of each timestamp that was not '
    'truncated since. An entry that is hidden because one that it rests on changed is still '
    'shown here.';
COMMENT ON COLUMN urd_entries.list IS 'The list, as user/list.';
COMMENT ON COLUMN urd_entries.timestamp IS 'Timestamp of the entry.';
COMMENT ON COLUMN urd_entries.caption IS 'What the user wrote about it.';
COMMENT ON COLUMN urd_entries.build_job IS 'Job of the build script that added it.';
COMMENT ON COLUMN urd_entries.recorded IS 'When it was added.';
COMMENT ON COLUMN urd_entries.jobs IS 'Jobs of its joblist, in order.';
COMMENT ON COLUMN urd_entries.rests_on IS 'Entries of other lists that it rests on.';
COMMENT ON COLUMN urd_entries.timestamp_key IS 'Text to sort timestamps by.';
COMMENT ON COLUMN urd_entries.entry IS 'urd_entry.entry.';

CREATE VIEW results AS
SELECT
    r.link,
    r.job,
    r.file,
    j.method,
    r.header,
    r.description,
    r.build_job,
    r.digest,
    r.recorded
FROM result r
LEFT JOIN job j ON j.job = r.job
QUALIFY row_number() OVER (PARTITION BY r.link ORDER BY r.recorded DESC) = 1;
COMMENT ON VIEW results IS 'What is in the results folder: the latest file linked under each name.';
COMMENT ON COLUMN results.link IS 'Name in the results folder.';
COMMENT ON COLUMN results.job IS 'Job that holds the file.';
COMMENT ON COLUMN results.file IS 'The file, within the job directory.';
COMMENT ON COLUMN results.method IS 'Method of that job.';
COMMENT ON COLUMN results.header IS 'Heading to show it under.';
COMMENT ON COLUMN results.description IS 'What it is.';
COMMENT ON COLUMN results.build_job IS 'Job of the build script that linked it.';
COMMENT ON COLUMN results.digest IS 'Digest of the file.';
COMMENT ON COLUMN results.recorded IS 'When it was linked.';

CREATE VIEW alarms AS
SELECT a.recorded, a.job, j.method, a.text, a.other
FROM alarm a
LEFT JOIN job j ON j.job = a.job;
COMMENT ON VIEW alarms IS
    'Things that should not be, such as two runs of one key with different results.';
COMMENT ON COLUMN alarms.recorded IS 'When it was noticed.';
COMMENT ON COLUMN alarms.job IS 'Job it is about.';
COMMENT ON COLUMN alarms.method IS 'Its method.';
COMMENT ON COLUMN alarms.text IS 'What was noticed.';
COMMENT ON COLUMN alarms.other IS 'The other job it was noticed against.';

CREATE VIEW pins AS
SELECT p.job, j.method, p.note, p.user_name, p.recorded AS pinned, j.bytes
FROM pin p
LEFT JOIN job j ON j.job = p.job
QUALIFY row_number() OVER (PARTITION BY p.job ORDER BY p.recorded DESC) = 1 AND p.pinned;
COMMENT ON VIEW pins IS 'The jobs that are pinned: `axtui gc` keeps them and all they rest on.';
COMMENT ON COLUMN pins.job IS 'Job id.';
COMMENT ON COLUMN pins.method IS 'Its method.';
COMMENT ON COLUMN pins.note IS 'Why it is pinned, as the user wrote it.';
COMMENT ON COLUMN pins.user_name IS 'User who pinned it.';
COMMENT ON COLUMN pins.pinned IS 'Since when.';
COMMENT ON COLUMN pins.bytes IS 'Disk space of its directory.';
