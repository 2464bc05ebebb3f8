-- Which finished jobs does nothing rest on, and how much disk do they hold?
-- $limit BIGINT = 50: how many to show
SELECT j.job, j.method, j.state, j.started, j.bytes, j.caption
FROM job j
WHERE
    NOT coalesce(j.is_build, false)
    AND j.state NOT IN ('running', 'collected')
    AND NOT EXISTS (
        SELECT 1
        FROM job_link l
        JOIN job o ON o.job = l.job
        WHERE l.rests_on = j.job AND NOT coalesce(o.is_build, false)
    )
    AND j.job NOT IN (SELECT job FROM result WHERE job IS NOT NULL)
    AND j.job NOT IN (SELECT job FROM urd_entry_job)
ORDER BY j.bytes DESC NULLS LAST, j.job
LIMIT $limit
