-- Datasets: what jobs hold in columns and slices. Replaced together with the document of their job.

CREATE TABLE dataset (
    job VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    rows BIGINT,
    hashlabel VARCHAR,
    previous VARCHAR,
    caption VARCHAR,
    filename VARCHAR,
    content VARCHAR
);
COMMENT ON TABLE dataset IS
    'One dataset of a job; written job/name, such as dev-12/default. Key: (job, name).';
COMMENT ON COLUMN dataset.job IS 'Job that holds it.';
COMMENT ON COLUMN dataset.name IS 'Its name; default if none was given.';
COMMENT ON COLUMN dataset.rows IS 'Rows over all slices.';
COMMENT ON COLUMN dataset.hashlabel IS 'Column it is partitioned by.';
COMMENT ON COLUMN dataset.previous IS 'Dataset before it in its chain, such as dev-11/default.';
COMMENT ON COLUMN dataset.caption IS 'What the user wrote about it.';
COMMENT ON COLUMN dataset.filename IS 'File it was read from.';
COMMENT ON COLUMN dataset.content IS 'Digest of all that it holds.';

CREATE TABLE dataset_parent (
    job VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    parent VARCHAR NOT NULL
);
COMMENT ON TABLE dataset_parent IS
    'A dataset whose columns another one takes over. Key: (job, dataset, position).';
COMMENT ON COLUMN dataset_parent.job IS 'Job that holds the dataset.';
COMMENT ON COLUMN dataset_parent.dataset IS 'Name of the dataset.';
COMMENT ON COLUMN dataset_parent.position IS 'Place among the parents, from 0.';
COMMENT ON COLUMN dataset_parent.parent IS 'The parent, such as dev-10/default.';

CREATE TABLE dataset_column (
    job VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    position BIGINT,
    type VARCHAR,
    has_none BOOLEAN,
    min VARCHAR,
    max VARCHAR,
    origin VARCHAR,
    origin_column VARCHAR
);
COMMENT ON TABLE dataset_column IS
    'A column of a dataset, own or taken over. Key: (job, dataset, name).';
COMMENT ON COLUMN dataset_column.job IS 'Job that holds the dataset.';
COMMENT ON COLUMN dataset_column.dataset IS 'Name of the dataset.';
COMMENT ON COLUMN dataset_column.name IS 'Column.';
COMMENT ON COLUMN dataset_column.position IS 'Place among the columns, from 0.';
COMMENT ON COLUMN dataset_column.type IS 'Type, by the Accelerator''s names.';
COMMENT ON COLUMN dataset_column.has_none IS 'Whether it may hold None.';
COMMENT ON COLUMN dataset_column.min IS 'Least value, as text.';
COMMENT ON COLUMN dataset_column.max IS 'Greatest value, as text.';
COMMENT ON COLUMN dataset_column.origin IS 'Dataset whose files hold it, such as dev-9/default.';
COMMENT ON COLUMN dataset_column.origin_column IS 'Its name in those files.';

CREATE TABLE dataset_slice (
    job VARCHAR NOT NULL,
    dataset VARCHAR NOT NULL,
    sliceno BIGINT NOT NULL,
    rows BIGINT,
    bytes BIGINT,
    file VARCHAR,
    digest VARCHAR
);
COMMENT ON TABLE dataset_slice IS
    'One slice of a dataset: a Parquet file. Key: (job, dataset, sliceno).';
COMMENT ON COLUMN dataset_slice.job IS 'Job that holds the dataset.';
COMMENT ON COLUMN dataset_slice.dataset IS 'Name of the dataset.';
COMMENT ON COLUMN dataset_slice.sliceno IS 'Slice, from 0.';
COMMENT ON COLUMN dataset_slice.rows IS 'Rows in it.';
COMMENT ON COLUMN dataset_slice.bytes IS
    'Size of its file; NULL if the dataset has no files of its own.';
COMMENT ON COLUMN dataset_slice.file IS 'The file, within the job directory.';
COMMENT ON COLUMN dataset_slice.digest IS 'Digest of the file''s bytes at commit.';

CREATE TABLE column_read (
    job VARCHAR NOT NULL,
    ref VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL
);
COMMENT ON TABLE column_read IS 'A column that a job''s code read. Key: (job, ref, column_name).';
COMMENT ON COLUMN column_read.job IS 'Job that read it.';
COMMENT ON COLUMN column_read.ref IS 'Dataset, such as dev-11/default.';
COMMENT ON COLUMN column_read.column_name IS 'Column.';
