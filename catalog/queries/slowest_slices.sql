-- Which slices took far longer than the others of their job?
-- $limit BIGINT = 20: how many to show
SELECT
    job,
    method,
    sliceno,
    wall_s,
    median(wall_s) OVER (PARTITION BY job) AS median_s,
    round(wall_s / nullif(median(wall_s) OVER (PARTITION BY job), 0), 2) AS times_median,
    cpu_s,
    peak_rss,
    outcome
FROM stages
WHERE stage = 'analysis'
ORDER BY wall_s - median(wall_s) OVER (PARTITION BY job) DESC NULLS LAST, job, sliceno
LIMIT $limit
