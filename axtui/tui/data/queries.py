"""What the screen of datasets asks the catalog."""

from __future__ import annotations

LIST = """
SELECT d.dataset, d.method, d.rows, d.columns, d.started, d.bytes,
       coalesce(d.caption, d.filename, '') AS caption
FROM datasets d JOIN jobs j ON j.job = d.job
WHERE j.state = 'complete'
ORDER BY d.started DESC, j.number DESC, d.dataset
"""

USERS = """
SELECT DISTINCT i.job, j.method, j.state, i.argument AS "as", j.started
FROM job_input i JOIN job j ON j.job = i.job
WHERE i.kind = 'dataset' AND (i.ref = $dataset OR i.ref || '/default' = $dataset)
ORDER BY j.started DESC
"""
