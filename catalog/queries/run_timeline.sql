-- What did a run do when, stage by stage?
-- $run RUN = '': a build script (its newest run) or the job of a run; the latest one if none is given
WITH chosen AS (
    SELECT run, started
    FROM run
    WHERE run = $run OR $run = ''
    ORDER BY started DESC NULLS LAST, run DESC
    LIMIT 1
)
SELECT
    r.position,
    r.job,
    r.method,
    CASE WHEN r.built THEN 'built' ELSE 're-used' END AS what,
    s.stage,
    s.sliceno,
    round(epoch(s.started) - epoch(c.started), 3) AS begin_s,
    round(s.wall_s, 3) AS wall_s,
    s.outcome
FROM chosen c
JOIN run_job r ON r.run = c.run
LEFT JOIN job_stage s ON r.built AND s.job = r.job
ORDER BY r.position, s.started NULLS FIRST, s.sliceno NULLS FIRST
