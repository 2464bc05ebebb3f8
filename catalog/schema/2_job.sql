-- Jobs: one document per job, replaced as a whole when the job changes its state.

CREATE TABLE job (
    job VARCHAR NOT NULL,
    workdir VARCHAR,
    number BIGINT,
    method VARCHAR,
    package VARCHAR,
    script VARCHAR,
    build_job VARCHAR,
    parent VARCHAR,
    is_build BOOLEAN,
    state VARCHAR,
    caption VARCHAR,
    name VARCHAR,
    started TIMESTAMPTZ,
    ended TIMESTAMPTZ,
    wall_s DOUBLE,
    cpu_s DOUBLE,
    peak_rss BIGINT,
    host VARCHAR,
    pid BIGINT,
    user_name VARCHAR,
    slices BIGINT,
    seed VARCHAR,
    key VARCHAR,
    content VARCHAR,
    rows BIGINT,
    bytes BIGINT,
    path VARCHAR,
    environment VARCHAR,
    recorded TIMESTAMPTZ NOT NULL,
    journal VARCHAR NOT NULL,
    position BIGINT NOT NULL
);
COMMENT ON TABLE job IS
    'One job: a method (or build script) that was run, in whatever state it is now. Key: '
    '(job).';
COMMENT ON COLUMN job.job IS 'Job id, such as dev-12.';
COMMENT ON COLUMN job.workdir IS 'Workdir it lies in: the part of the id before the last dash.';
COMMENT ON COLUMN job.number IS 'Number within the workdir.';
COMMENT ON COLUMN job.method IS
    'Method that ran; for the job of a build script, the script''s name.';
COMMENT ON COLUMN job.package IS 'Package the method comes from.';
COMMENT ON COLUMN job.script IS 'Build script that asked for it first.';
COMMENT ON COLUMN job.build_job IS 'Job id of the build script''s own job.';
COMMENT ON COLUMN job.parent IS 'Job that built it as a subjob, or the build script''s job.';
COMMENT ON COLUMN job.is_build IS 'True for the job of a build script.';
COMMENT ON COLUMN job.state IS
    'running, complete, failed, cancelled, lost, damaged, or collected: removed by gc.';
COMMENT ON COLUMN job.caption IS 'What the user wrote about it.';
COMMENT ON COLUMN job.name IS 'Name under which the build script keeps it in its joblist.';
COMMENT ON COLUMN job.started IS 'When it began.';
COMMENT ON COLUMN job.ended IS 'When it ended; NULL while it runs.';
COMMENT ON COLUMN job.wall_s IS 'Seconds from start to end.';
COMMENT ON COLUMN job.cpu_s IS 'Seconds of processor time of all its processes.';
COMMENT ON COLUMN job.peak_rss IS 'Most memory that one of its processes held, in bytes.';
COMMENT ON COLUMN job.host IS 'Machine it ran on.';
COMMENT ON COLUMN job.pid IS 'Process id of its coordinator.';
COMMENT ON COLUMN job.user_name IS 'User who ran it.';
COMMENT ON COLUMN job.slices IS 'Number of slices it ran in.';
COMMENT ON COLUMN job.seed IS 'Seed of its random numbers.';
COMMENT ON COLUMN job.key IS 'Digest of all that decides re-use.';
COMMENT ON COLUMN job.content IS 'Digest of all that it holds.';
COMMENT ON COLUMN job.rows IS 'Rows of its datasets together.';
COMMENT ON COLUMN job.bytes IS 'Disk space of its directory, in bytes.';
COMMENT ON COLUMN job.path IS 'Its directory.';
COMMENT ON COLUMN job.environment IS 'environment.digest.';
COMMENT ON COLUMN job.recorded IS 'When this state of it was reported.';
COMMENT ON COLUMN job.journal IS
    'Journal that reported it; empty if it was read from the job directory.';
COMMENT ON COLUMN job.position IS 'Place in that journal.';

CREATE TABLE job_option (
    job VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    value VARCHAR,
    type VARCHAR,
    digest VARCHAR
);
COMMENT ON TABLE job_option IS 'One option of a job, with the value it ran with. Key: (job, name).';
COMMENT ON COLUMN job_option.job IS 'Job id.';
COMMENT ON COLUMN job_option.name IS 'Option.';
COMMENT ON COLUMN job_option.value IS 'Value as JSON text.';
COMMENT ON COLUMN job_option.type IS 'Type of the value, where JSON does not tell.';
COMMENT ON COLUMN job_option.digest IS 'Digest of the typed value.';

CREATE TABLE job_input (
    job VARCHAR NOT NULL,
    ordinal BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    argument VARCHAR,
    position BIGINT,
    ref VARCHAR,
    input_job VARCHAR,
    digest VARCHAR,
    bytes BIGINT,
    rows BIGINT
);
COMMENT ON TABLE job_input IS
    'What was fed to a job: a dataset, a job or a file. Key: (job, ordinal).';
COMMENT ON COLUMN job_input.job IS 'Job id.';
COMMENT ON COLUMN job_input.ordinal IS 'Place among the job''s inputs, from 0.';
COMMENT ON COLUMN job_input.kind IS 'dataset, job or file.';
COMMENT ON COLUMN job_input.argument IS
    'Argument of the method that it was given to; NULL for a file noticed while it ran.';
COMMENT ON COLUMN job_input.position IS
    'Place in the argument''s list; NULL if the argument is not a list.';
COMMENT ON COLUMN job_input.ref IS 'What it is: dev-11/default, dev-3, or a path.';
COMMENT ON COLUMN job_input.input_job IS 'Job that holds it; NULL for a file.';
COMMENT ON COLUMN job_input.digest IS 'Digest of its content when the job ran.';
COMMENT ON COLUMN job_input.bytes IS 'Size of a file.';
COMMENT ON COLUMN job_input.rows IS 'Rows of a dataset.';

CREATE TABLE job_link (
    job VARCHAR NOT NULL,
    rests_on VARCHAR NOT NULL,
    relation VARCHAR NOT NULL,
    argument VARCHAR,
    built BOOLEAN
);
COMMENT ON TABLE job_link IS
    'A job rests on another, in one of the ways there are; drawn from inputs, subjobs, and '
    'the chains and parents of datasets. Key: (job, rests_on, relation, argument).';
COMMENT ON COLUMN job_link.job IS 'Job id.';
COMMENT ON COLUMN job_link.rests_on IS 'Job that it rests on directly.';
COMMENT ON COLUMN job_link.relation IS
    'input, subjob, previous (a chain) or parent (columns of another dataset).';
COMMENT ON COLUMN job_link.argument IS
    'Argument (input) or dataset (previous, parent) that makes the link.';
COMMENT ON COLUMN job_link.built IS 'For a subjob: whether it was built then, not re-used.';

CREATE TABLE job_source (
    job VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    module VARCHAR,
    role VARCHAR,
    digest VARCHAR
);
COMMENT ON TABLE job_source IS
    'A source file that a job ran or declared. Key: (job, path, module, role).';
COMMENT ON COLUMN job_source.job IS 'Job id.';
COMMENT ON COLUMN job_source.path IS 'File, within its workspace or package.';
COMMENT ON COLUMN job_source.module IS 'Name it was imported by.';
COMMENT ON COLUMN job_source.role IS 'method, import, depend_extra or script.';
COMMENT ON COLUMN job_source.digest IS 'source.digest.';

CREATE TABLE job_package (
    job VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    version VARCHAR
);
COMMENT ON TABLE job_package IS
    'A package that a job''s code imported, with its version then. Key: (job, name).';
COMMENT ON COLUMN job_package.job IS 'Job id.';
COMMENT ON COLUMN job_package.name IS 'Name of the distribution.';
COMMENT ON COLUMN job_package.version IS 'Its version; compare with version_key(version).';

CREATE TABLE job_environ (
    job VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    digest VARCHAR,
    declared BOOLEAN
);
COMMENT ON TABLE job_environ IS
    'An environment variable that a job''s code read. Key: (job, name).';
COMMENT ON COLUMN job_environ.job IS 'Job id.';
COMMENT ON COLUMN job_environ.name IS 'Variable.';
COMMENT ON COLUMN job_environ.digest IS
    'Digest of its value; values are not kept, they may be secrets.';
COMMENT ON COLUMN job_environ.declared IS
    'False if the method reads it without declaring it: a change goes unnoticed.';

CREATE TABLE job_file (
    job VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    bytes BIGINT,
    digest VARCHAR,
    registered BOOLEAN
);
COMMENT ON TABLE job_file IS 'A file that a job keeps. Key: (job, name).';
COMMENT ON COLUMN job_file.job IS 'Job id.';
COMMENT ON COLUMN job_file.name IS 'Path within the job directory.';
COMMENT ON COLUMN job_file.bytes IS 'Size.';
COMMENT ON COLUMN job_file.digest IS 'Digest of its bytes at commit.';
COMMENT ON COLUMN job_file.registered IS 'True if the method gave it out as one of its files.';

CREATE TABLE job_stage (
    job VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    sliceno BIGINT,
    started TIMESTAMPTZ,
    ended TIMESTAMPTZ,
    wall_s DOUBLE,
    cpu_s DOUBLE,
    peak_rss BIGINT,
    outcome VARCHAR,
    read_s DOUBLE,
    write_s DOUBLE,
    wait_s DOUBLE,
    hot VARCHAR
);
COMMENT ON TABLE job_stage IS
    'How one stage, or one slice of the analysis, went. Key: (job, stage, sliceno).';
COMMENT ON COLUMN job_stage.job IS 'Job id.';
COMMENT ON COLUMN job_stage.stage IS 'prepare, analysis or synthesis.';
COMMENT ON COLUMN job_stage.sliceno IS 'Slice of the analysis; NULL for the other stages.';
COMMENT ON COLUMN job_stage.started IS 'When it began.';
COMMENT ON COLUMN job_stage.ended IS 'When it ended.';
COMMENT ON COLUMN job_stage.wall_s IS 'Seconds from start to end.';
COMMENT ON COLUMN job_stage.cpu_s IS 'Seconds of processor time.';
COMMENT ON COLUMN job_stage.peak_rss IS 'Most memory its process held, in bytes.';
COMMENT ON COLUMN job_stage.outcome IS
    'How it ended: ok, or the cause (exception, exit code, signal, out of memory).';
COMMENT ON COLUMN job_stage.read_s IS 'Seconds it spent on reading; NULL where nobody counted.';
COMMENT ON COLUMN job_stage.write_s IS 'Seconds it spent on writing.';
COMMENT ON COLUMN job_stage.wait_s IS
    'Seconds it waited for subjobs, or for what it saved in the background.';
COMMENT ON COLUMN job_stage.hot IS
    'Where it was when it was looked at (`axtui run --profile`), as JSON; else NULL.';

CREATE TABLE job_output (
    job VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    sliceno BIGINT,
    text VARCHAR
);
COMMENT ON TABLE job_output IS
    'What a job printed, by stage and slice. Key: (job, stage, sliceno).';
COMMENT ON COLUMN job_output.job IS 'Job id.';
COMMENT ON COLUMN job_output.stage IS 'prepare, analysis or synthesis.';
COMMENT ON COLUMN job_output.sliceno IS 'Slice of the analysis; NULL for the other stages.';
COMMENT ON COLUMN job_output.text IS 'The text.';

CREATE TABLE job_reason (
    job VARCHAR NOT NULL,
    kind VARCHAR,
    against VARCHAR,
    text VARCHAR
);
COMMENT ON TABLE job_reason IS 'Why a job was built and not re-used. Key: (job).';
COMMENT ON COLUMN job_reason.job IS 'Job id.';
COMMENT ON COLUMN job_reason.kind IS 'Kind of reason.';
COMMENT ON COLUMN job_reason.against IS 'Job that it was compared with: the nearest there was.';
COMMENT ON COLUMN job_reason.text IS 'The reason in words.';

CREATE TABLE job_reason_change (
    job VARCHAR NOT NULL,
    ordinal BIGINT NOT NULL,
    part VARCHAR,
    name VARCHAR,
    old VARCHAR,
    new VARCHAR,
    detail VARCHAR
);
COMMENT ON TABLE job_reason_change IS
    'One part of the key that differed from the job it was compared with. Key: (job, '
    'ordinal).';
COMMENT ON COLUMN job_reason_change.job IS 'Job id.';
COMMENT ON COLUMN job_reason_change.ordinal IS 'Place among the changes, from 0.';
COMMENT ON COLUMN job_reason_change.part IS
    'source, option, dataset, job, input, package, python, environ and so on.';
COMMENT ON COLUMN job_reason_change.name IS 'Which one: the file, option, argument, package.';
COMMENT ON COLUMN job_reason_change.old IS 'Value in the job it was compared with.';
COMMENT ON COLUMN job_reason_change.new IS 'Value now.';
COMMENT ON COLUMN job_reason_change.detail IS 'More, such as the lines that changed.';

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

CREATE TABLE job_error (
    job VARCHAR NOT NULL,
    kind VARCHAR,
    stage VARCHAR,
    sliceno BIGINT,
    message VARCHAR,
    traceback VARCHAR,
    status VARCHAR
);
COMMENT ON TABLE job_error IS 'How a job failed. Key: (job).';
COMMENT ON COLUMN job_error.job IS 'Job id.';
COMMENT ON COLUMN job_error.kind IS 'Kind of failure.';
COMMENT ON COLUMN job_error.stage IS 'Stage that failed.';
COMMENT ON COLUMN job_error.sliceno IS 'Slice that failed.';
COMMENT ON COLUMN job_error.message IS 'The error in one line.';
COMMENT ON COLUMN job_error.traceback IS 'Traceback of the user''s code.';
COMMENT ON COLUMN job_error.status IS 'The status texts at that moment.';
