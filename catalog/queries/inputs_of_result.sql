-- Which input files does a result rest on?
-- $result RESULT: a name in the results folder, or a job
SELECT file, bytes, short_digest(digest) AS digest, read_by, method
FROM result_inputs
WHERE result = $result
UNION
SELECT i.ref, i.bytes, short_digest(i.digest), i.job, j.method
FROM ancestors_of($result) a
JOIN job_input i ON i.job = a.job AND i.kind = 'file'
LEFT JOIN job j ON j.job = i.job
ORDER BY file, read_by
