-- Which jobs rest on jobs that are gone?
SELECT l.job, j.method, l.rests_on, l.relation, l.argument, f.recorded AS removed
FROM job_link l
JOIN job j ON j.job = l.job
LEFT JOIN forgotten_job f ON f.job = l.rests_on
WHERE NOT EXISTS (SELECT 1 FROM job k WHERE k.job = l.rests_on)
ORDER BY l.job, l.rests_on
