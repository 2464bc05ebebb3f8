-- What failed lately, and how?
-- $days BIGINT = 7: how many days back
SELECT job, method, script, state, ended, stage, sliceno, message
FROM failures
WHERE coalesce(ended, started) >= current_date - $days::INTEGER
ORDER BY coalesce(ended, started) DESC, job
