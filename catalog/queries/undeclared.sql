-- Which jobs read environment variables that they do not declare?
SELECT name, method, count(*) AS jobs, max(started) AS latest, arg_max(job, started) AS latest_job
FROM environ_reads
WHERE NOT declared
GROUP BY name, method
ORDER BY name, method
