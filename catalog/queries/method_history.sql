-- How did a method's jobs go, from the latest back?
-- $method METHOD: the method
-- $limit BIGINT = 30: how many to show
SELECT job, state, started, wall_s, rows, bytes, peak_rss, why, error
FROM jobs
WHERE method = $method
ORDER BY started DESC NULLS LAST, number DESC
LIMIT $limit
