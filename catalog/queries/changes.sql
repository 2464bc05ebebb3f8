-- What changed between two jobs?
-- $old VARCHAR: a job id
-- $new VARCHAR: the job id to compare it with
SELECT part, name, old, new
FROM diff_jobs($old, $new)
ORDER BY part = 'installed', part = 'output', part, name
