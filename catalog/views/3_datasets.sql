-- Datasets, their columns and slices, by the name they have in methods and in SQL: job/name.

CREATE VIEW datasets AS
SELECT
    d.job || '/' || d.name AS dataset,
    d.job,
    d.name,
    j.method,
    d.rows,
    c.columns,
    s.slices,
    s.bytes,
    d.hashlabel,
    d.previous,
    p.parents,
    d.caption,
    d.filename,
    d.content,
    j.started
FROM dataset d
JOIN job j ON j.job = d.job
LEFT JOIN (
    SELECT job, dataset, count(*) AS columns FROM dataset_column GROUP BY job, dataset
) c ON c.job = d.job AND c.dataset = d.name
LEFT JOIN (
    SELECT job, dataset, count(*) AS slices, sum(bytes)::BIGINT AS bytes
    FROM dataset_slice
    GROUP BY job, dataset
) s ON s.job = d.job AND s.dataset = d.name
LEFT JOIN (
    SELECT job, dataset, string_agg(parent, ', ' ORDER BY position) AS parents
    FROM dataset_parent
    GROUP BY job, dataset
) p ON p.job = d.job AND p.dataset = d.name;
COMMENT ON VIEW datasets IS 'Every dataset of every job.';
COMMENT ON COLUMN datasets.dataset IS 'Name to use elsewhere: dev-12/default.';
COMMENT ON COLUMN datasets.job IS 'Job that holds it.';
COMMENT ON COLUMN datasets.name IS 'Its name within the job.';
COMMENT ON COLUMN datasets.method IS 'Method of the job.';
COMMENT ON COLUMN datasets.rows IS 'Rows over all slices.';
COMMENT ON COLUMN datasets.columns IS 'Number of columns.';
COMMENT ON COLUMN datasets.slices IS 'Number of slices.';
COMMENT ON COLUMN datasets.bytes IS 'Size of its own files.';
COMMENT ON COLUMN datasets.hashlabel IS 'Column it is partitioned by.';
COMMENT ON COLUMN datasets.previous IS 'Dataset before it in its chain.';
COMMENT ON COLUMN datasets.parents IS 'Datasets whose columns it takes over.';
COMMENT ON COLUMN datasets.caption IS 'What the user wrote about it.';
COMMENT ON COLUMN datasets.filename IS 'File it was read from.';
COMMENT ON COLUMN datasets.content IS 'Digest of all that it holds.';
COMMENT ON COLUMN datasets.started IS 'When the job began.';

CREATE VIEW columns AS
SELECT
    c.job || '/' || c.dataset AS dataset,
    c.name,
    c.type,
    c.has_none,
    c.min,
    c.max,
    c.position,
    c.origin,
    c.origin_column,
    c.job
FROM dataset_column c;
COMMENT ON VIEW columns IS 'The columns of every dataset.';
COMMENT ON COLUMN columns.dataset IS 'Dataset, such as dev-12/default.';
COMMENT ON COLUMN columns.name IS 'Column.';
COMMENT ON COLUMN columns.type IS 'Type, by the Accelerator''s names.';
COMMENT ON COLUMN columns.has_none IS 'Whether it may hold None.';
COMMENT ON COLUMN columns.min IS 'Least value, as text.';
COMMENT ON COLUMN columns.max IS 'Greatest value, as text.';
COMMENT ON COLUMN columns.position IS 'Place among the columns, from 0.';
COMMENT ON COLUMN columns.origin IS 'Dataset whose files hold it.';
COMMENT ON COLUMN columns.origin_column IS 'Its name in those files.';
COMMENT ON COLUMN columns.job IS 'Job that holds the dataset.';

CREATE VIEW slices AS
SELECT
    s.job || '/' || s.dataset AS dataset,
    s.sliceno,
    s.rows,
    s.bytes,
    j.path || '/' || s.file AS path,
    s.digest,
    s.job
FROM dataset_slice s
JOIN job j ON j.job = s.job;
COMMENT ON VIEW slices IS 'The slices of every dataset.';
COMMENT ON COLUMN slices.dataset IS 'Dataset, such as dev-12/default.';
COMMENT ON COLUMN slices.sliceno IS 'Slice, from 0.';
COMMENT ON COLUMN slices.rows IS 'Rows in it.';
COMMENT ON COLUMN slices.bytes IS 'Size of its file.';
COMMENT ON COLUMN slices.path IS 'The Parquet file.';
COMMENT ON COLUMN slices.digest IS 'Digest of the file''s bytes at commit.';
COMMENT ON COLUMN slices.job IS 'Job that holds the dataset.';

CREATE VIEW column_reads AS
SELECT r.ref AS dataset, r.column_name AS name, r.job, j.method, j.started
FROM column_read r
JOIN job j ON j.job = r.job;
COMMENT ON VIEW column_reads IS 'Which job read which column of which dataset.';
COMMENT ON COLUMN column_reads.dataset IS 'Dataset, such as dev-11/default.';
COMMENT ON COLUMN column_reads.name IS 'Column.';
COMMENT ON COLUMN column_reads.job IS 'Job that read it.';
COMMENT ON COLUMN column_reads.method IS 'Its method.';
COMMENT ON COLUMN column_reads.started IS 'When the job began.';
