-- Which lines of source differ between two jobs?
-- $old JOB: a job
-- $new JOB: the job to compare it with
SELECT path, line, side, text
FROM diff_sources($old, $new)
ORDER BY path, line, side
