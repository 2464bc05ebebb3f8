-- Which methods cost most time and disk?
-- $limit BIGINT = 20: how many to show
SELECT method, jobs, wall_s, cpu_s, bytes, peak_rss, wall_share, bytes_share
FROM cost
WHERE scope = 'method'
ORDER BY wall_s DESC NULLS LAST, bytes DESC NULLS LAST, method
LIMIT $limit
