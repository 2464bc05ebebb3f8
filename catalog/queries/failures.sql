-- What failed lately, and how?
-- $days BIGINT = 7: how many days back
SELECT
    job,
    method,
    script,
    state,
    ended,
    stage,
    sliceno,
    CASE
        WHEN length(line) > 160 THEN left(line, 159) || '…'
        ELSE line
    END AS message
FROM (SELECT *, string_split(message, chr(10))[1] AS line FROM failures) f
WHERE
    coalesce(ended, started) >= current_date - $days::INTEGER
    -- What failed only because a job that it asked for did says so; that job is told of.
    AND NOT EXISTS (
        SELECT 1 FROM failures c WHERE contains(f.line, c.method || ' (' || c.job || ') failed')
    )
ORDER BY coalesce(ended, started) DESC, job
