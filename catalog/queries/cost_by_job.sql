-- Which jobs cost most time and disk? The dearest in time and the dearest in disk.
-- $limit BIGINT = 10: how many of each
SELECT
    job,
    method,
    round(wall_s, 3) AS wall_s,
    round(cpu_s, 3) AS cpu_s,
    bytes,
    peak_rss,
    round(wall_share, 3) AS wall_share,
    round(bytes_share, 3) AS bytes_share
FROM cost
WHERE scope = 'job'
QUALIFY
    row_number() OVER (ORDER BY cost.wall_s DESC NULLS LAST, job) <= $limit
    OR row_number() OVER (ORDER BY cost.bytes DESC NULLS LAST, job) <= $limit
ORDER BY cost.wall_s DESC NULLS LAST, cost.bytes DESC NULLS LAST, job
