-- What jobs cost.

CREATE VIEW cost AS
WITH built AS (
    SELECT parent AS job, sum(wall_s) AS wall_s FROM job WHERE parent <> job GROUP BY parent
),
own AS (
    SELECT
        j.job,
        j.method,
        greatest(0, j.wall_s - coalesce(b.wall_s, 0)) AS wall_s,
        j.cpu_s,
        j.bytes,
        j.peak_rss
    FROM job j
    LEFT JOIN built b ON b.job = j.job
),
total AS (
    SELECT sum(wall_s) AS wall_s, sum(bytes) AS bytes FROM own
)
SELECT
    CASE WHEN grouping(o.job) = 1 THEN 'method' ELSE 'job' END AS scope,
    o.method,
    o.job,
    count(*) AS jobs,
    sum(o.wall_s) AS wall_s,
    sum(o.cpu_s) AS cpu_s,
    sum(o.bytes)::BIGINT AS bytes,
    max(o.peak_rss) AS peak_rss,
    sum(o.wall_s) / nullif(any_value(t.wall_s), 0) AS wall_share,
    sum(o.bytes) / nullif(any_value(t.bytes), 0) AS bytes_share
FROM own o
CROSS JOIN total t
GROUP BY GROUPING SETS ((o.method), (o.method, o.job));
COMMENT ON VIEW cost IS
    'Time and disk by method (scope method) and by job (scope job). The time of a job is its '
    'own: that of the jobs it built meanwhile is taken off.';
COMMENT ON COLUMN cost.scope IS 'method or job: what the row sums up.';
COMMENT ON COLUMN cost.method IS 'Method.';
COMMENT ON COLUMN cost.job IS 'Job id; NULL in rows of a method.';
COMMENT ON COLUMN cost.jobs IS 'Number of jobs in the row.';
COMMENT ON COLUMN cost.wall_s IS 'Seconds, without those of jobs built meanwhile.';
COMMENT ON COLUMN cost.cpu_s IS 'Seconds of processor time.';
COMMENT ON COLUMN cost.bytes IS 'Disk space.';
COMMENT ON COLUMN cost.peak_rss IS 'Most memory that one process held, in bytes.';
COMMENT ON COLUMN cost.wall_share IS 'Part of the time of all jobs, 0 to 1.';
COMMENT ON COLUMN cost.bytes_share IS 'Part of the disk space of all jobs, 0 to 1.';
