-- What changed between two jobs?
-- $old JOB: a job
-- $new JOB: the job to compare it with
SELECT part, name, old, new
FROM diff_jobs($old, $new)
ORDER BY part = 'installed', part = 'output', part, name
