"""What the screen of datasets asks the catalog."""

from __future__ import annotations

LIST = """
SELECT d.dataset, d.job, d.method, d.rows, d.columns, d.started,
       coalesce(d.caption, d.filename, '') AS caption,
       count(*) OVER (PARTITION BY d.job) - 1 AS others,
       row_number() OVER (
           PARTITION BY d.job
           ORDER BY d.name = 'default' DESC, p.previous IS NOT NULL, d.number DESC NULLS LAST, d.name
       ) = 1 AS leads
FROM (
    SELECT *, try_cast(regexp_extract(name, '\\d+$') AS BIGINT) AS number FROM datasets
) d
JOIN jobs j ON j.job = d.job
LEFT JOIN (
    SELECT DISTINCT previous FROM datasets WHERE previous IS NOT NULL
) p ON p.previous = d.dataset
WHERE j.state = 'complete'
ORDER BY d.started DESC, j.number DESC, leads DESC, d.number, d.dataset
"""
"""Those of a job stand together, below the one that `leads`: its default, else the end of a chain."""

USERS = """
SELECT DISTINCT i.job, j.method, j.state, i.argument AS "as", j.started
FROM job_input i JOIN job j ON j.job = i.job
WHERE i.kind = 'dataset' AND (i.ref = $dataset OR i.ref || '/default' = $dataset)
ORDER BY j.started DESC
"""
