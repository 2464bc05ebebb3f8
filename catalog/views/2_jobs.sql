-- Jobs and what is kept of each. Users' queries rest on these names:
-- they change only with a version.

CREATE VIEW jobs AS
SELECT
    j.job,
    j.method,
    j.script,
    j.workdir,
    j.state,
    j.started,
    j.ended,
    j.wall_s,
    j.cpu_s,
    j.peak_rss,
    j.rows,
    j.bytes,
    r.text AS why,
    j.caption,
    e.message AS error,
    j.path,
    j.name,
    j.package,
    j.is_build,
    j.build_job,
    j.parent,
    r.against,
    j.slices,
    j.number,
    j.host,
    j.user_name,
    v.python,
    j.environment,
    j.seed,
    j.key,
    j.content
FROM job j
LEFT JOIN job_reason r ON r.job = j.job
LEFT JOIN job_error e ON e.job = j.job
LEFT JOIN environment v ON v.digest = j.environment;
COMMENT ON VIEW jobs IS 'Every job, one row each: the view to begin with.';
COMMENT ON COLUMN jobs.job IS 'Job id, such as dev-12.';
COMMENT ON COLUMN jobs.method IS
    'Method that ran; for the job of a build script, the script''s name.';
COMMENT ON COLUMN jobs.script IS 'Build script that asked for it first.';
COMMENT ON COLUMN jobs.workdir IS 'Workdir it lies in.';
COMMENT ON COLUMN jobs.state IS
    'running, complete, failed, cancelled, lost, damaged, or collected: removed by gc.';
COMMENT ON COLUMN jobs.started IS 'When it began.';
COMMENT ON COLUMN jobs.ended IS 'When it ended; NULL while it runs.';
COMMENT ON COLUMN jobs.wall_s IS 'Seconds from start to end.';
COMMENT ON COLUMN jobs.cpu_s IS 'Seconds of processor time of all its processes.';
COMMENT ON COLUMN jobs.peak_rss IS 'Most memory that one of its processes held, in bytes.';
COMMENT ON COLUMN jobs.rows IS 'Rows of its datasets together.';
COMMENT ON COLUMN jobs.bytes IS
    'Disk space of its directory, in bytes; NULL if it was removed.';
COMMENT ON COLUMN jobs.why IS 'Why it was built and not re-used, in words.';
COMMENT ON COLUMN jobs.caption IS 'What the user wrote about it.';
COMMENT ON COLUMN jobs.error IS 'How it failed, in one line; NULL if it did not.';
COMMENT ON COLUMN jobs.path IS 'Its directory; NULL if it was removed.';
COMMENT ON COLUMN jobs.name IS 'Name under which the build script keeps it in its joblist.';
COMMENT ON COLUMN jobs.package IS 'Package the method comes from.';
COMMENT ON COLUMN jobs.is_build IS 'True for the job of a build script.';
COMMENT ON COLUMN jobs.build_job IS 'Job id of the build script''s own job.';
COMMENT ON COLUMN jobs.parent IS 'Job that built it as a subjob, or the build script''s job.';
COMMENT ON COLUMN jobs.against IS 'Job that it was compared with when it was built.';
COMMENT ON COLUMN jobs.slices IS 'Number of slices it ran in.';
COMMENT ON COLUMN jobs.number IS 'Number within the workdir.';
COMMENT ON COLUMN jobs.host IS 'Machine it ran on.';
COMMENT ON COLUMN jobs.user_name IS 'User who ran it.';
COMMENT ON COLUMN jobs.python IS 'Python version it ran in.';
COMMENT ON COLUMN jobs.environment IS 'Digest of the environment it ran in.';
COMMENT ON COLUMN jobs.seed IS 'Seed of its random numbers.';
COMMENT ON COLUMN jobs.key IS 'Digest of all that decides re-use.';
COMMENT ON COLUMN jobs.content IS 'Digest of all that it holds.';

CREATE VIEW builds AS
SELECT
    j.started::DATE AS day,
    j.started,
    j.job,
    j.method,
    j.script,
    j.build_job,
    j.state,
    j.wall_s,
    r.text AS why,
    r.kind,
    r.against,
    c.changes
FROM job j
LEFT JOIN job_reason r ON r.job = j.job
LEFT JOIN (
    SELECT
        job,
        string_agg(
            concat_ws(' ', part, name)
            || CASE
                WHEN old IS NULL AND new IS NULL THEN ''
                ELSE ': ' || coalesce(old, 'nothing') || ' to ' || coalesce(new, 'nothing')
            END,
            '; ' ORDER BY ordinal
        ) AS changes
    FROM job_reason_change
    GROUP BY job
) c ON c.job = j.job;
COMMENT ON VIEW builds IS 'What was built when, and why.';
COMMENT ON COLUMN builds.day IS 'Day on which it began, on this machine''s clock.';
COMMENT ON COLUMN builds.started IS 'When it began.';
COMMENT ON COLUMN builds.job IS 'Job id.';
COMMENT ON COLUMN builds.method IS 'Method that ran.';
COMMENT ON COLUMN builds.script IS 'Build script that asked for it.';
COMMENT ON COLUMN builds.build_job IS 'Job of the build script.';
COMMENT ON COLUMN builds.state IS 'How it ended, or running.';
COMMENT ON COLUMN builds.wall_s IS 'Seconds it took.';
COMMENT ON COLUMN builds.why IS 'The reason in words.';
COMMENT ON COLUMN builds.kind IS 'Kind of reason.';
COMMENT ON COLUMN builds.against IS 'Job that it was compared with.';
COMMENT ON COLUMN builds.changes IS 'All parts of the key that differed, with old and new value.';

CREATE VIEW failures AS
SELECT
    j.job,
    j.method,
    j.script,
    coalesce(c.was, j.state) AS state,
    j.started,
    j.ended,
    e.kind,
    e.stage,
    e.sliceno,
    e.message,
    e.traceback,
    e.status
FROM job j
LEFT JOIN job_error e ON e.job = j.job
LEFT JOIN job_collected c ON c.job = j.job
WHERE coalesce(c.was, j.state) IN ('failed', 'cancelled', 'lost', 'damaged');
COMMENT ON VIEW failures IS 'Jobs that failed, with stage, slice and error.';
COMMENT ON COLUMN failures.job IS 'Job id.';
COMMENT ON COLUMN failures.method IS 'Method that ran.';
COMMENT ON COLUMN failures.script IS 'Build script that asked for it.';
COMMENT ON COLUMN failures.state IS 'failed, cancelled, lost or damaged.';
COMMENT ON COLUMN failures.started IS 'When it began.';
COMMENT ON COLUMN failures.ended IS 'When it ended.';
COMMENT ON COLUMN failures.kind IS 'Kind of failure.';
COMMENT ON COLUMN failures.stage IS 'Stage that failed.';
COMMENT ON COLUMN failures.sliceno IS 'Slice that failed.';
COMMENT ON COLUMN failures.message IS 'The error in one line.';
COMMENT ON COLUMN failures.traceback IS 'Traceback of the user''s code.';
COMMENT ON COLUMN failures.status IS 'The status texts at that moment.';

CREATE VIEW collected_jobs AS
SELECT j.job, j.method, j.script, c.was, c.removed AS collected, c.why, c.bytes, j.wall_s, j.started
FROM job_collected c
JOIN job j ON j.job = c.job;
COMMENT ON VIEW collected_jobs IS
    'The jobs that `axtui gc` removed. What is known of them stays in all other views, too.';
COMMENT ON COLUMN collected_jobs.job IS 'Job id; it is never given to another job.';
COMMENT ON COLUMN collected_jobs.method IS 'Its method.';
COMMENT ON COLUMN collected_jobs.script IS 'Build script that asked for it, and can again.';
COMMENT ON COLUMN collected_jobs.was IS 'State it was in.';
COMMENT ON COLUMN collected_jobs.collected IS 'When it was removed.';
COMMENT ON COLUMN collected_jobs.why IS 'Why it was removed, in words.';
COMMENT ON COLUMN collected_jobs.bytes IS 'Disk space that was freed.';
COMMENT ON COLUMN collected_jobs.wall_s IS 'Seconds it took to make.';
COMMENT ON COLUMN collected_jobs.started IS 'When it had been made.';

CREATE VIEW options AS
SELECT o.job, j.method, o.name, o.value, o.type
FROM job_option o
JOIN job j ON j.job = o.job;
COMMENT ON VIEW options IS 'The options that each job ran with.';
COMMENT ON COLUMN options.job IS 'Job id.';
COMMENT ON COLUMN options.method IS 'Its method.';
COMMENT ON COLUMN options.name IS 'Option.';
COMMENT ON COLUMN options.value IS 'Value as JSON text.';
COMMENT ON COLUMN options.type IS 'Type of the value, where JSON does not tell.';

CREATE VIEW inputs AS
SELECT
    i.job,
    j.method,
    i.kind,
    i.argument,
    i.position,
    i.ref,
    i.input_job,
    f.method AS input_method,
    i.rows,
    i.bytes,
    i.digest
FROM job_input i
JOIN job j ON j.job = i.job
LEFT JOIN job f ON f.job = i.input_job;
COMMENT ON VIEW inputs IS 'What was fed to each job.';
COMMENT ON COLUMN inputs.job IS 'Job id.';
COMMENT ON COLUMN inputs.method IS 'Its method.';
COMMENT ON COLUMN inputs.kind IS 'dataset, job or file.';
COMMENT ON COLUMN inputs.argument IS
    'Argument it was given to; NULL for a file noticed while it ran.';
COMMENT ON COLUMN inputs.position IS 'Place in the argument''s list.';
COMMENT ON COLUMN inputs.ref IS 'What it is: dev-11/default, dev-3, or a path.';
COMMENT ON COLUMN inputs.input_job IS 'Job that holds it; NULL for a file.';
COMMENT ON COLUMN inputs.input_method IS 'Method of that job.';
COMMENT ON COLUMN inputs.rows IS 'Rows of a dataset.';
COMMENT ON COLUMN inputs.bytes IS 'Size of a file.';
COMMENT ON COLUMN inputs.digest IS 'Digest of its content when the job ran.';

CREATE VIEW job_links AS
SELECT l.job, j.method, l.rests_on, o.method AS rests_on_method, l.relation, l.argument, l.built
FROM job_link l
LEFT JOIN job j ON j.job = l.job
LEFT JOIN job o ON o.job = l.rests_on;
COMMENT ON VIEW job_links IS
    'Which job rests directly on which; ancestry follows these to the end.';
COMMENT ON COLUMN job_links.job IS 'Job id.';
COMMENT ON COLUMN job_links.method IS 'Its method.';
COMMENT ON COLUMN job_links.rests_on IS 'Job that it rests on.';
COMMENT ON COLUMN job_links.rests_on_method IS 'Method of that job.';
COMMENT ON COLUMN job_links.relation IS 'input, subjob, previous or parent.';
COMMENT ON COLUMN job_links.argument IS 'Argument or dataset that makes the link.';
COMMENT ON COLUMN job_links.built IS 'For a subjob: whether it was built then, not re-used.';

CREATE VIEW sources AS
SELECT s.job, j.method, s.path, s.module, s.role, s.digest, t.code_digest, t.bytes, t.text
FROM job_source s
JOIN job j ON j.job = s.job
LEFT JOIN source t ON t.digest = s.digest;
COMMENT ON VIEW sources IS 'The source files that each job ran or declared.';
COMMENT ON COLUMN sources.job IS 'Job id.';
COMMENT ON COLUMN sources.method IS 'Its method.';
COMMENT ON COLUMN sources.path IS 'File, within its workspace or package.';
COMMENT ON COLUMN sources.module IS 'Name it was imported by.';
COMMENT ON COLUMN sources.role IS 'method, import, depend_extra or script.';
COMMENT ON COLUMN sources.digest IS 'Digest of the bytes.';
COMMENT ON COLUMN sources.code_digest IS 'Digest of the code alone: comments and layout left out.';
COMMENT ON COLUMN sources.bytes IS 'Size.';
COMMENT ON COLUMN sources.text IS 'The source text.';

CREATE VIEW job_packages AS
SELECT
    j.job,
    j.method,
    coalesce(u.name, p.name) AS name,
    coalesce(u.version, p.version) AS version,
    u.name IS NOT NULL AS used,
    j.started
FROM job j
JOIN (
    SELECT job, name FROM job_package
    UNION
    SELECT k.job, e.name FROM job k JOIN environment_package e ON e.environment = k.environment
) n ON n.job = j.job
LEFT JOIN job_package u ON u.job = n.job AND u.name = n.name
LEFT JOIN environment_package p ON p.environment = j.environment AND p.name = n.name;
COMMENT ON VIEW job_packages IS
    'The packages that each job had, with their versions; compare those with version_key.';
COMMENT ON COLUMN job_packages.job IS 'Job id.';
COMMENT ON COLUMN job_packages.method IS 'Its method.';
COMMENT ON COLUMN job_packages.name IS 'Name of the distribution.';
COMMENT ON COLUMN job_packages.version IS 'Its version.';
COMMENT ON COLUMN job_packages.used IS
    'True if the job''s code imported it; False if it was only installed.';
COMMENT ON COLUMN job_packages.started IS 'When the job began.';

CREATE VIEW environ_reads AS
SELECT e.job, j.method, e.name, e.declared, e.digest, j.started
FROM job_environ e
JOIN job j ON j.job = e.job;
COMMENT ON VIEW environ_reads IS 'The environment variables that jobs'' code read.';
COMMENT ON COLUMN environ_reads.job IS 'Job id.';
COMMENT ON COLUMN environ_reads.method IS 'Its method.';
COMMENT ON COLUMN environ_reads.name IS 'Variable.';
COMMENT ON COLUMN environ_reads.declared IS 'False if a change of it goes unnoticed.';
COMMENT ON COLUMN environ_reads.digest IS 'Digest of its value.';
COMMENT ON COLUMN environ_reads.started IS 'When the job began.';

CREATE VIEW files AS
SELECT f.job, j.method, f.name, f.bytes, f.registered, f.digest, j.path || '/' || f.name AS path
FROM job_file f
JOIN job j ON j.job = f.job;
COMMENT ON VIEW files IS 'The files that jobs keep.';
COMMENT ON COLUMN files.job IS 'Job id.';
COMMENT ON COLUMN files.method IS 'Its method.';
COMMENT ON COLUMN files.name IS 'Path within the job directory.';
COMMENT ON COLUMN files.bytes IS 'Size.';
COMMENT ON COLUMN files.registered IS 'True if the method gave it out as one of its files.';
COMMENT ON COLUMN files.digest IS 'Digest of its bytes at commit.';
COMMENT ON COLUMN files.path IS 'The whole path.';

CREATE VIEW stages AS
SELECT
    s.job,
    j.method,
    s.stage,
    s.sliceno,
    s.started,
    s.ended,
    epoch(s.started) - epoch(j.started) AS begin_s,
    s.wall_s,
    s.cpu_s,
    s.peak_rss,
    s.outcome,
    s.read_s,
    s.write_s,
    s.wait_s,
    s.hot
FROM job_stage s
JOIN job j ON j.job = s.job;
COMMENT ON VIEW stages IS 'Timeline of the stages and slices of each job.';
COMMENT ON COLUMN stages.job IS 'Job id.';
COMMENT ON COLUMN stages.method IS 'Its method.';
COMMENT ON COLUMN stages.stage IS 'prepare, analysis or synthesis.';
COMMENT ON COLUMN stages.sliceno IS 'Slice of the analysis; NULL for the other stages.';
COMMENT ON COLUMN stages.started IS 'When it began.';
COMMENT ON COLUMN stages.ended IS 'When it ended.';
COMMENT ON COLUMN stages.begin_s IS 'Seconds from the start of the job to the start of this.';
COMMENT ON COLUMN stages.wall_s IS 'Seconds it took.';
COMMENT ON COLUMN stages.cpu_s IS 'Seconds of processor time.';
COMMENT ON COLUMN stages.peak_rss IS 'Most memory its process held, in bytes.';
COMMENT ON COLUMN stages.outcome IS 'How it ended: ok, or the cause.';
COMMENT ON COLUMN stages.read_s IS 'Seconds it spent on reading; NULL where nobody counted.';
COMMENT ON COLUMN stages.write_s IS 'Seconds it spent on writing.';
COMMENT ON COLUMN stages.wait_s IS
    'Seconds it waited for subjobs, or for what it saved in the background.';
COMMENT ON COLUMN stages.hot IS
    'Where it was when it was looked at (`axtui run --profile`), as JSON; else NULL.';

CREATE VIEW outputs AS
SELECT o.job, j.method, o.stage, o.sliceno, o.text, j.started
FROM job_output o
JOIN job j ON j.job = o.job;
COMMENT ON VIEW outputs IS 'What jobs printed, by stage and slice.';
COMMENT ON COLUMN outputs.job IS 'Job id.';
COMMENT ON COLUMN outputs.method IS 'Its method.';
COMMENT ON COLUMN outputs.stage IS 'prepare, analysis or synthesis.';
COMMENT ON COLUMN outputs.sliceno IS 'Slice of the analysis; NULL for the other stages.';
COMMENT ON COLUMN outputs.text IS 'The text.';
COMMENT ON COLUMN outputs.started IS 'When the job began.';
