-- Comparing two jobs: every recorded fact of the one that the other does not share.

CREATE VIEW job_facts AS
SELECT job, 'method' AS part, 'method' AS name, method AS shown, method AS meaning, method AS exact
FROM job
UNION ALL
SELECT job, 'package', 'of the method', package, package, package FROM job
UNION ALL
SELECT job, 'slices', 'slices', slices::VARCHAR, slices::VARCHAR, slices::VARCHAR FROM job
UNION ALL
SELECT job, 'seed', 'seed', seed, seed, seed FROM job
UNION ALL
SELECT job, 'option', name, value, coalesce(digest, value), coalesce(digest, value) FROM job_option
UNION ALL
SELECT
    job,
    CASE WHEN kind = 'file' THEN 'input' ELSE kind END,
    coalesce(argument || coalesce('[' || nullif(position, 0) || ']', ''), ref),
    ref || coalesce(' (' || short_digest(digest) || ')', ''),
    coalesce(digest, ref),
    coalesce(digest, ref)
FROM job_input
UNION ALL
SELECT s.job, 'source', s.path, short_digest(s.digest), coalesce(t.code_digest, s.digest), s.digest
FROM job_source s
LEFT JOIN source t ON t.digest = s.digest
UNION ALL
SELECT
    job, CASE WHEN used THEN 'package' ELSE 'installed' END, name, version, version, version
FROM job_packages
UNION ALL
SELECT j.job, 'python', 'python', e.python, e.python, e.python
FROM job j
JOIN environment e ON e.digest = j.environment
UNION ALL
SELECT j.job, 'python', 'platform', e.platform, e.platform, e.platform
FROM job j
JOIN environment e ON e.digest = j.environment
UNION ALL
SELECT job, 'environ', name, short_digest(digest), digest, digest FROM job_environ
UNION ALL
SELECT job, 'state', 'state', state, state, state FROM job
UNION ALL
SELECT job, 'output', 'content', short_digest(content), content, content FROM job
UNION ALL
SELECT
    job,
    'output',
    'dataset ' || name,
    rows || ' rows' || coalesce(', hashed on ' || hashlabel, ''),
    rows || ' rows' || coalesce(', hashed on ' || hashlabel, ''),
    rows || ' rows' || coalesce(', hashed on ' || hashlabel, '')
FROM dataset
UNION ALL
SELECT job, 'output', 'column ' || dataset || '.' || name, type, type, type FROM dataset_column
UNION ALL
SELECT job, 'output', 'file ' || name, short_digest(digest), digest, digest FROM job_file;
COMMENT ON VIEW job_facts IS
    'Every fact of a job that may explain a difference, one row each; diff_jobs compares '
    'them.';
COMMENT ON COLUMN job_facts.job IS 'Job id.';
COMMENT ON COLUMN job_facts.part IS
    'What kind of fact: method, option, dataset, job, input, source, package and so on.';
COMMENT ON COLUMN job_facts.name IS 'Which one: the option, argument, file, package.';
COMMENT ON COLUMN job_facts.shown IS 'Its value, to read.';
COMMENT ON COLUMN job_facts.meaning IS 'What it means: equal for two that differ in layout only.';
COMMENT ON COLUMN job_facts.exact IS 'What it is to the last byte.';

CREATE MACRO diff_jobs(a, b) AS TABLE
SELECT
    CASE
        WHEN o.meaning IS DISTINCT FROM n.meaning THEN coalesce(n.part, o.part)
        ELSE 'layout'
    END AS part,
    coalesce(n.name, o.name) AS name,
    o.shown AS old,
    n.shown AS new
FROM (SELECT * FROM job_facts WHERE job = a) o
FULL JOIN (SELECT * FROM job_facts WHERE job = b) n ON n.part = o.part AND n.name = o.name
WHERE
    o.exact IS DISTINCT FROM n.exact
    AND EXISTS (SELECT 1 FROM job WHERE job = a)
    AND EXISTS (SELECT 1 FROM job WHERE job = b);
COMMENT ON MACRO TABLE diff_jobs IS
    'What differs between two jobs: part, name, old (in a), new (in b). Inputs are compared '
    'by content, whatever job holds them; part is layout for a source that differs in '
    'comments and layout alone, installed for a package that was there but not imported.';

CREATE MACRO diff_sources(a, b) AS TABLE
WITH line AS (
    SELECT s.job, s.path, t.text, generate_subscripts(t.text, 1) AS number, unnest(t.text) AS line
    FROM (SELECT DISTINCT job, path, digest FROM job_source WHERE job IN (a, b)) s
    JOIN (SELECT digest, string_split(text, chr(10)) AS text FROM source) t ON t.digest = s.digest
),
counted AS (
    SELECT
        job,
        path,
        number,
        line,
        row_number() OVER (PARTITION BY job, path, line ORDER BY number) AS occurrence
    FROM line
)
SELECT
    coalesce(n.path, o.path) AS path,
    CASE WHEN n.line IS NULL THEN '-' ELSE '+' END AS side,
    coalesce(n.number, o.number) AS line,
    coalesce(n.line, o.line) AS text
FROM (SELECT * FROM counted WHERE job = a) o
FULL JOIN (SELECT * FROM counted WHERE job = b) n
    ON n.path = o.path AND n.line = o.line AND n.occurrence = o.occurrence
WHERE n.line IS NULL OR o.line IS NULL
ORDER BY path, line, side;
COMMENT ON MACRO TABLE diff_sources IS
    'Lines of source that one of two jobs has and the other has not: path, side (- in a, + in '
    'b), line (its number there), text. A line that only moved is not shown.';
