-- Which jobs use a dataset, a job or an input file, directly or through others?
-- $what INPUT: a dataset, a job, or an input file
WITH direct AS (
    SELECT job, ref, argument
    FROM job_input
    WHERE
        ref = $what
        OR (kind = 'dataset' AND ref || '/default' = $what)
        OR ($what NOT LIKE '%/%' AND input_job = $what)
        OR (kind = 'file' AND ends_with(ref, '/' || $what))
)
SELECT 'directly' AS how, d.job, j.method, d.ref, d.argument, j.state, j.started
FROM direct d
LEFT JOIN job j ON j.job = d.job
UNION ALL
SELECT 'through others', k.job, j.method, NULL, NULL, j.state, j.started
FROM (
    WITH RECURSIVE reached(job) AS (
        SELECT job FROM direct
        UNION
        SELECT l.job FROM reached r JOIN job_link l ON l.rests_on = r.job
    )
    SELECT job FROM reached WHERE job NOT IN (SELECT job FROM direct)
) k
LEFT JOIN job j ON j.job = k.job
ORDER BY how, started, job, argument
