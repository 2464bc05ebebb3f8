-- A catalog of many jobs, as some years of work would leave it. Set before: the variables `jobs`,
-- `slices`, `now` (seconds since 1970) and `root`. All is drawn from hashes: equal each time.

CREATE TEMP MACRO draw(number, salt) AS (hash(number, salt) % 100000) / 100000.0;
CREATE TEMP MACRO moment(seconds) AS make_timestamptz((seconds * 1000000)::BIGINT);
CREATE TEMP MACRO fake_digest(number, salt) AS
    'blake3:' || md5(salt || number) || md5(number || salt);
CREATE TEMP MACRO job_id(number) AS 'dev-' || number;

-- A run of a build script makes 20 jobs: the first is the script's own.
CREATE TEMP TABLE drawn AS
WITH numbered AS (
    SELECT
        i AS number,
        (i - 1) // 20 AS run_number,
        (i - 1) % 20 AS place
    FROM range(1, getvariable('jobs') + 1) t (i)
), named AS (
    SELECT
        *,
        ['sales', 'traffic', 'weather', 'backup'][1 + (hash(run_number, 'script') % 4)::INT] AS script,
        ['import', 'type', 'clean', 'join', 'sort', 'sample', 'model', 'score', 'report', 'movie'][
            1 + ((place - 1) % 10)
        ] AS verb
    FROM numbered
)
SELECT
    *,
    place = 0 AS is_build,
    CASE WHEN place = 0 THEN 'build_' || script ELSE verb || '_' || script END AS method,
    CASE
        WHEN draw(number, 'state') < 0.94 THEN 'complete'
        WHEN draw(number, 'state') < 0.97 THEN 'failed'
        WHEN draw(number, 'state') < 0.98 THEN 'cancelled'
        WHEN draw(number, 'state') < 0.985 THEN 'lost'
        ELSE 'collected'
    END AS state,
    getvariable('now') - (getvariable('jobs') - number + 1) * 97.0 + draw(number, 'start') AS began,
    round(exp(draw(number, 'wall') * 9 - 4), 3) AS wall,
    (exp(draw(number, 'rows') * 15))::BIGINT AS row_count,
    getvariable('root') || '/workdirs/dev/dev-' || number AS path
FROM named;

INSERT INTO job BY NAME SELECT
    job_id(number) AS job, 'dev' AS workdir, number, method, 'methods' AS package, script,
    CASE WHEN NOT is_build THEN job_id(run_number * 20 + 1) END AS build_job,
    CASE WHEN NOT is_build THEN job_id(run_number * 20 + 1) END AS parent,
    is_build, state,
    CASE WHEN draw(number, 'caption') < 0.1 THEN 'week ' || run_number END AS caption,
    moment(began) AS started, CASE WHEN state <> 'lost' THEN moment(began + wall) END AS ended,
    wall AS wall_s, wall * 0.8 AS cpu_s, ((40 + row_count // 1000) * 1048576)::BIGINT AS peak_rss,
    'oak' AS host, 1000 + number % 30000 AS pid, ['ann', 'bo', 'cy'][1 + run_number % 3] AS user_name,
    getvariable('slices') AS slices, number::VARCHAR AS seed, fake_digest(number, 'key') AS key,
    fake_digest(number, 'content') AS content,
    CASE WHEN place BETWEEN 1 AND 16 AND state = 'complete' THEN row_count END AS rows,
    row_count * 40 AS bytes, path,
    fake_digest(number * 3 // getvariable('jobs'), 'environment') AS environment,
    moment(began + wall) AS recorded, '' AS journal, 0 AS position
FROM drawn;

INSERT INTO job_option
SELECT job_id(number), name, value, type, fake_digest(value, name)
FROM drawn, (VALUES ('day', 'date'), ('limit', 'int'), ('mode', 'str')) o (name, type),
    LATERAL (SELECT CASE name
        WHEN 'day' THEN '"' || (moment(began)::DATE) || '"'
        WHEN 'limit' THEN (hash(number, 'limit') % 9 * 100)::VARCHAR
        ELSE ['"fast"', '"exact"', '"rough"'][1 + (hash(number, 'mode') % 3)::INT]
    END) v (value)
WHERE NOT is_build;

INSERT INTO job_input
SELECT job_id(number), 0, 'dataset', 'source', NULL, job_id(number - 1) || '/default',
    job_id(number - 1), fake_digest(number - 1, 'content'), NULL, row_count
FROM drawn WHERE place BETWEEN 2 AND 18
UNION ALL
SELECT job_id(number), 0, 'file', NULL, 0, script || '-' || run_number % 50 || '.csv', NULL,
    fake_digest(run_number % 50, script), row_count * 80, NULL
FROM drawn WHERE place IN (1, 19);

INSERT INTO job_link
SELECT job_id(number), job_id(number - 1), 'input', 'source', NULL FROM drawn
WHERE place BETWEEN 2 AND 18
UNION ALL
SELECT job_id(run_number * 20 + 1), job_id(number), 'subjob', NULL, true FROM drawn WHERE place > 0
UNION ALL
SELECT job_id(number), job_id(number - 20), 'previous', 'default', NULL FROM drawn
WHERE place = 1 AND number > 20;

INSERT INTO source
SELECT fake_digest(n, 'source'), fake_digest(n, 'code'), 40 * n,
    repeat('"""A method."""' || chr(10) || 'value = ' || n || chr(10), 20)
FROM range(400) t (n);

INSERT INTO job_source
SELECT job_id(number), 'methods/a_' || method || '.py', 'methods.a_' || method, 'method',
    fake_digest((hash(method) + run_number // 100) % 400, 'source')
FROM drawn
UNION ALL
SELECT job_id(number), 'methods/helper.py', 'helper', 'import',
    fake_digest(run_number // 100 % 400, 'source')
FROM drawn WHERE place % 3 = 0;

INSERT INTO environment
SELECT fake_digest(n, 'environment'), '3.11.' || (7 + n), 'linux-x86_64' FROM range(4) t (n);

INSERT INTO environment_package
SELECT fake_digest(n, 'environment'), 'package-' || p, '1.' || n || '.' || p
FROM range(4) t (n), range(80) s (p);

INSERT INTO job_stage
SELECT job_id(number), stage, sliceno, moment(began), moment(began + wall / 2),
    wall / 2 * (0.5 + draw(number, stage || sliceno) / 2), wall * 0.3, 90000000, 'ok',
    wall * 0.1, wall * 0.05, 0, NULL
FROM drawn, (
    SELECT 'analysis' AS stage, s AS sliceno FROM range(getvariable('slices')) t (s)
    UNION ALL SELECT 'synthesis', NULL
) WHERE NOT is_build;

INSERT INTO job_file
SELECT job_id(number), name, row_count * 20, fake_digest(number, name), name <> 'result.pickle'
FROM drawn, (VALUES ('result.pickle'), ('report.html')) f (name)
WHERE NOT is_build AND state = 'complete' AND (name = 'result.pickle' OR place > 16);

INSERT INTO job_output
SELECT job_id(number), 'synthesis', NULL, 'rows: ' || row_count || chr(10) FROM drawn
WHERE place % 2 = 1;

INSERT INTO job_reason
SELECT job_id(number), CASE WHEN run_number < 4 THEN 'first' ELSE 'changed' END,
    CASE WHEN run_number >= 4 THEN job_id(number - 80) END,
    CASE WHEN run_number < 4 THEN 'first time' ELSE 'option day: changed' END
FROM drawn WHERE NOT is_build;

INSERT INTO job_reason_change
SELECT job_id(number), 0, 'option', 'day', 'old', 'new', '' FROM drawn
WHERE NOT is_build AND run_number >= 4;

INSERT INTO job_error
SELECT job_id(number), 'exception', 'analysis', number % getvariable('slices'),
    'ValueError: bad row ' || row_count,
    'Traceback (your code):' || chr(10) || '  File "methods/a_' || method || '.py", line 12, in analysis'
    || chr(10) || 'ValueError: bad row ' || row_count,
    'reading row ' || row_count
FROM drawn WHERE state = 'failed';

INSERT INTO job_collected
SELECT job_id(number), moment(began + 86400), 'complete', row_count * 40, 'no result rests on it'
FROM drawn WHERE state = 'collected';

INSERT INTO dataset BY NAME
SELECT job_id(number) AS job, 'default' AS name, row_count AS rows,
    CASE WHEN place % 4 = 0 THEN 'id' END AS hashlabel,
    CASE WHEN place = 1 AND number > 20 THEN job_id(number - 20) || '/default' END AS previous,
    fake_digest(number, 'content') AS content
FROM drawn WHERE place BETWEEN 1 AND 16 AND state = 'complete';

INSERT INTO dataset_column
SELECT d.job, d.name, c.name, c.position, c.type, c.position % 3 = 0, '0', d.rows::VARCHAR,
    d.job || '/default', c.name
FROM dataset d, (VALUES
    ('id', 0, 'int64'), ('day', 1, 'date'), ('name', 2, 'unicode'), ('price', 3, 'float64'),
    ('count', 4, 'int32'), ('seen', 5, 'datetime'), ('open', 6, 'bool'), ('tags', 7, 'json')
) c (name, position, type);

INSERT INTO dataset_slice
SELECT job, name, s, rows // getvariable('slices'), rows * 30 // getvariable('slices'),
    'DS/default/' || s || '.parquet', fake_digest(job || s, 'slice')
FROM dataset, range(getvariable('slices')) t (s);

INSERT INTO column_read
SELECT job_id(number), job_id(number - 1) || '/default', c
FROM drawn, (VALUES ('id'), ('price')) r (c) WHERE place BETWEEN 2 AND 17;

INSERT INTO run BY NAME
SELECT job_id(number) AS run, script, job_id(number) AS build_job, getvariable('root') AS workspace,
    '["axtui","run","' || script || '"]' AS argv, moment(began) AS started,
    moment(began + wall) AS ended, CASE state WHEN 'complete' THEN 'complete' ELSE 'failed' END AS state,
    (state <> 'complete')::INT AS exit_code, 'ann' AS user_name, 'oak' AS host,
    moment(began + wall) AS recorded, '' AS journal, 0 AS position
FROM drawn WHERE is_build;

INSERT INTO run_job
SELECT job_id(run_number * 20 + 1), place - 1, job_id(number), method, method, true
FROM drawn WHERE NOT is_build;

INSERT INTO result BY NAME
SELECT script || '/report-' || run_number % 20 || '.html' AS link, job_id(number) AS job,
    'report.html' AS file, job_id(run_number * 20 + 1) AS build_job,
    moment(began + wall) AS recorded
FROM drawn WHERE place = 19 AND run_number % 10 = 0;

INSERT INTO urd_entry BY NAME
SELECT 'ann/' || script || '/' || run_number AS entry, 'add' AS action, 'ann' AS user_name,
    script AS list, run_number::VARCHAR AS timestamp,
    '0' || lpad(run_number::VARCHAR, 20, '0') AS timestamp_key, 'week ' || run_number AS caption,
    job_id(number) AS build_job, moment(began + wall) AS recorded
FROM drawn WHERE is_build;

DROP TABLE drawn;
