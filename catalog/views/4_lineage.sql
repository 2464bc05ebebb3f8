-- Lineage: from a job or result back to the input files, and forward to all that rests on it.

CREATE VIEW ancestry AS
WITH RECURSIVE link AS MATERIALIZED (SELECT DISTINCT job, rests_on FROM job_link),
reached(job, ancestor, depth) USING KEY (job, ancestor) AS (
    SELECT job, rests_on, 1 FROM link
    UNION
    SELECT r.job, l.rests_on, r.depth + 1
    FROM reached r
    JOIN link l ON l.job = r.ancestor
    WHERE NOT EXISTS (
        SELECT 1 FROM recurring.reached k WHERE k.job = r.job AND k.ancestor = l.rests_on
    )
)
SELECT r.job, r.ancestor, a.method, r.depth, f.files
FROM reached r
LEFT JOIN job a ON a.job = r.ancestor
LEFT JOIN (
    SELECT job, list(ref ORDER BY ordinal) AS files FROM job_input WHERE kind = 'file' GROUP BY job
) f ON f.job = r.ancestor;
COMMENT ON VIEW ancestry IS
    'For every job, every job that it rests on, at any distance, with the input files read '
    'there. For one job alone ancestors_of is faster.';
COMMENT ON COLUMN ancestry.job IS 'Job id.';
COMMENT ON COLUMN ancestry.ancestor IS 'A job that it rests on.';
COMMENT ON COLUMN ancestry.method IS 'Method of that job.';
COMMENT ON COLUMN ancestry.depth IS 'Steps between the two, by the shortest way.';
COMMENT ON COLUMN ancestry.files IS 'Input files that the ancestor read.';

CREATE VIEW result_inputs AS
WITH RECURSIVE link AS MATERIALIZED (SELECT DISTINCT job, rests_on FROM job_link),
latest AS (
    SELECT link, arg_max(job, recorded) AS job FROM result GROUP BY link
),
reached(result, job) AS (
    SELECT link, job FROM latest WHERE job IS NOT NULL
    UNION
    SELECT r.result, l.rests_on FROM reached r JOIN link l ON l.job = r.job
)
SELECT r.result, i.ref AS file, i.digest, i.bytes, i.job AS read_by, j.method, i.argument
FROM reached r
JOIN job_input i ON i.job = r.job
LEFT JOIN job j ON j.job = i.job
WHERE i.kind = 'file';
COMMENT ON VIEW result_inputs IS
    'Every input file that each result in the results folder rests on.';
COMMENT ON COLUMN result_inputs.result IS 'Name in the results folder.';
COMMENT ON COLUMN result_inputs.file IS 'Input file.';
COMMENT ON COLUMN result_inputs.digest IS 'Digest of its bytes when it was read.';
COMMENT ON COLUMN result_inputs.bytes IS 'Its size.';
COMMENT ON COLUMN result_inputs.read_by IS 'Job that read it.';
COMMENT ON COLUMN result_inputs.method IS 'Method of that job.';
COMMENT ON COLUMN result_inputs.argument IS
    'Argument or option that named it; NULL if it was noticed while the job ran.';

CREATE MACRO ancestors_of(of_job) AS TABLE
WITH RECURSIVE reached(job, depth) USING KEY (job) AS (
    SELECT of_job::VARCHAR, 0
    UNION
    SELECT l.rests_on, r.depth + 1
    FROM reached r
    JOIN job_link l ON l.job = r.job
    WHERE NOT EXISTS (SELECT 1 FROM recurring.reached k WHERE k.job = l.rests_on)
)
SELECT job, depth FROM reached;
COMMENT ON MACRO TABLE ancestors_of IS
    'The job and every job that it rests on: job, depth (0 for the job itself).';

CREATE MACRO descendants_of(of_job) AS TABLE
WITH RECURSIVE reached(job, depth) USING KEY (job) AS (
    SELECT of_job::VARCHAR, 0
    UNION
    SELECT l.job, r.depth + 1
    FROM reached r
    JOIN job_link l ON l.rests_on = r.job
    WHERE NOT EXISTS (SELECT 1 FROM recurring.reached k WHERE k.job = l.job)
)
SELECT job, depth FROM reached;
COMMENT ON MACRO TABLE descendants_of IS
    'The job and every job that rests on it: job, depth (0 for the job itself).';
