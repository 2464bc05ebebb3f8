-- What does a job rest on, step by step down to the input files?
-- $job JOB: a job
SELECT
    a.depth,
    a.job,
    j.method,
    j.started,
    i.kind,
    i.argument,
    i.ref,
    short_digest(i.digest) AS digest
FROM ancestors_of($job) a
LEFT JOIN job j ON j.job = a.job
LEFT JOIN job_input i ON i.job = a.job
ORDER BY a.depth, a.job, i.ordinal
