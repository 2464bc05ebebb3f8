-- Which lines of source differ between two jobs?
-- $old VARCHAR: a job id
-- $new VARCHAR: the job id to compare it with
SELECT path, line, side, text
FROM diff_sources($old, $new)
ORDER BY path, line, side
