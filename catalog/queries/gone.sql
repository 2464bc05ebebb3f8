-- Which jobs rest on jobs that are gone?
SELECT
    l.job,
    j.method,
    l.rests_on,
    l.relation,
    l.argument,
    coalesce(f.recorded, c.removed) AS removed
FROM job_link l
JOIN job j ON j.job = l.job
LEFT JOIN forgotten_job f ON f.job = l.rests_on
LEFT JOIN job_collected c ON c.job = l.rests_on
WHERE
    j.state <> 'collected'
    AND NOT EXISTS (SELECT 1 FROM job k WHERE k.job = l.rests_on AND k.state <> 'collected')
ORDER BY l.job, l.rests_on
