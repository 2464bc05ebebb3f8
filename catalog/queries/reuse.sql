-- How much of what each build script asked for was re-used?
-- $days BIGINT = 30: how many days back
SELECT
    script,
    count(*) AS runs,
    sum(built)::BIGINT AS built,
    sum(reused)::BIGINT AS reused,
    round(sum(reused) / nullif(sum(built) + sum(reused), 0), 3) AS reuse_rate,
    round(median(wall_s), 3) AS median_s,
    max(started) AS latest
FROM runs
WHERE started >= current_date - $days::INTEGER
GROUP BY script
ORDER BY script
