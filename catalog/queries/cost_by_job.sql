-- Which jobs cost most time and disk? The dearest in time and the dearest in disk.
-- $limit BIGINT = 10: how many of each
SELECT job, method, wall_s, cpu_s, bytes, peak_rss, wall_share, bytes_share
FROM cost
WHERE scope = 'job'
QUALIFY
    row_number() OVER (ORDER BY wall_s DESC NULLS LAST, job) <= $limit
    OR row_number() OVER (ORDER BY bytes DESC NULLS LAST, job) <= $limit
ORDER BY wall_s DESC NULLS LAST, bytes DESC NULLS LAST, job
