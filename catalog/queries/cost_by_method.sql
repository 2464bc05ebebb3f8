-- Which methods cost most time and disk?
-- $limit BIGINT = 20: how many to show
SELECT
    method,
    jobs,
    round(wall_s, 3) AS wall_s,
    round(cpu_s, 3) AS cpu_s,
    bytes,
    peak_rss,
    round(wall_share, 3) AS wall_share,
    round(bytes_share, 3) AS bytes_share
FROM cost
WHERE scope = 'method'
ORDER BY cost.wall_s DESC NULLS LAST, cost.bytes DESC NULLS LAST, method
LIMIT $limit
