-- What was built on a day, and why?
-- $day VARCHAR = 'yesterday': today, yesterday, or a date such as 2026-01-31
SELECT started, job, method, script, state, wall_s, why, against, changes
FROM builds
WHERE day = day_of($day)
ORDER BY started, job
