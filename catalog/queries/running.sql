-- What runs now, and how long did the same method take before?
SELECT
    r.job,
    r.method,
    r.started,
    round(epoch(now()) - epoch(r.started), 3) AS so_far_s,
    round(median(p.wall_s), 3) AS usual_s,
    r.host,
    r.pid
FROM job r
LEFT JOIN job p ON p.method = r.method AND p.state = 'complete'
WHERE r.state = 'running'
GROUP BY r.job, r.method, r.started, r.host, r.pid
ORDER BY r.started
