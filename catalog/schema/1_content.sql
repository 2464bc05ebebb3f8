-- Content: what is named by its digest. Written once, never changed, shared by many jobs.

CREATE TABLE source (
    digest VARCHAR NOT NULL,
    code_digest VARCHAR,
    bytes BIGINT,
    text VARCHAR
);
COMMENT ON TABLE source IS
    'One text of a source file, under the digest of its bytes; job_source says which job ran '
    'it. Key: (digest).';
COMMENT ON COLUMN source.digest IS 'Digest of the bytes, algorithm first.';
COMMENT ON COLUMN source.code_digest IS 'Digest of the code alone: comments and layout left out.';
COMMENT ON COLUMN source.bytes IS 'Size of the text in UTF-8.';
COMMENT ON COLUMN source.text IS 'The source text.';

CREATE TABLE environment (
    digest VARCHAR NOT NULL,
    python VARCHAR,
    platform VARCHAR
);
COMMENT ON TABLE environment IS 'A Python installation that jobs ran in. Key: (digest).';
COMMENT ON COLUMN environment.digest IS
    'Digest of the Python version, the platform and all package versions.';
COMMENT ON COLUMN environment.python IS 'Python version, such as 3.12.4.';
COMMENT ON COLUMN environment.platform IS 'Operating system and processor.';

CREATE TABLE environment_package (
    environment VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    version VARCHAR
);
COMMENT ON TABLE environment_package IS
    'A package that was installed in an environment, used or not. Key: (environment, name).';
COMMENT ON COLUMN environment_package.environment IS 'environment.digest.';
COMMENT ON COLUMN environment_package.name IS 'Name of the distribution.';
COMMENT ON COLUMN environment_package.version IS 'Its version; compare with version_key(version).';
