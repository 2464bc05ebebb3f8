-- The catalog's own book-keeping: which version it is, and how far each journal is folded in.

CREATE TABLE catalog_version (
    version BIGINT NOT NULL,
    definitions VARCHAR NOT NULL,
    made TIMESTAMPTZ NOT NULL,
    complete BOOLEAN NOT NULL
);
COMMENT ON TABLE catalog_version IS 'What this catalog is; one row. Key: (version).';
COMMENT ON COLUMN catalog_version.version IS 'Version of the tables.';
COMMENT ON COLUMN catalog_version.definitions IS
    'Digest of the views and macros; others are replaced at the next fold.';
COMMENT ON COLUMN catalog_version.made IS 'When it was made or rebuilt.';
COMMENT ON COLUMN catalog_version.complete IS
    'False if the job directories were not read then: `axtui reindex` does.';

CREATE TABLE journal_position (
    journal VARCHAR NOT NULL,
    position BIGINT NOT NULL
);
COMMENT ON TABLE journal_position IS 'How far a journal is folded in. Key: (journal).';
COMMENT ON COLUMN journal_position.journal IS 'File name of the journal.';
COMMENT ON COLUMN journal_position.position IS 'Bytes that are in the catalog.';

CREATE TABLE journal_problem (
    journal VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    text VARCHAR NOT NULL,
    noticed TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE journal_problem IS
    'A part of a journal, or an event, that could not be used. Key: (journal, position).';
COMMENT ON COLUMN journal_problem.journal IS 'File name of the journal.';
COMMENT ON COLUMN journal_problem.position IS 'Where in it.';
COMMENT ON COLUMN journal_problem.text IS 'What is wrong.';
COMMENT ON COLUMN journal_problem.noticed IS 'When it was noticed.';
