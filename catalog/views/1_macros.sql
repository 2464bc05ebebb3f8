-- Macros that the views and queries build on.

CREATE MACRO version_key(version) AS
    [
        CASE
            WHEN p.release <> ''
            THEN [coalesce(try_cast(p.epoch AS BIGINT), 0)]
            || list_resize([try_cast(n AS BIGINT) for n in string_split(p.release, '.')], 8, 0)
            || [
                CASE
                    WHEN p.pre[1] IN ('c', 'r', 'p') THEN -1
                    WHEN p.pre[1] = 'b' THEN -2
                    WHEN p.pre[1] = 'a' THEN -3
                    WHEN p.dev <> '' AND p.post = '' THEN -4
                    ELSE 0
                END,
                coalesce(try_cast(p.pre_n AS BIGINT), 0),
                CASE
                    WHEN p.post = '' THEN -1
                    ELSE coalesce(try_cast(p.post_n || p.post_dash AS BIGINT), 0)
                END,
                CASE
                    WHEN p.dev = '' THEN 9223372036854775807
                    ELSE coalesce(try_cast(p.dev_n AS BIGINT), 0)
                END
            ]
        END
        for p in [
            regexp_extract(
                lower(trim(version)),
                '^v?(?:(\d+)!)?(\d+(?:\.\d+)*)'
                '(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?'
                '((?:[-_.]?(?:post|rev|r)[-_.]?(\d*))|-(\d+))?'
                '(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+.*)?$',
                ['epoch', 'release', 'pre', 'pre_n', 'post', 'post_n', 'post_dash', 'dev', 'dev_n']
            )
        ]
    ][1];
COMMENT ON MACRO version_key IS
    'A version as a list of numbers that compares as Python packages order them: 2.9, 2.10, '
    '3.0rc1 and 3.0 come in this order. NULL if it is no version. A local part (+cu118) does '
    'not count.';

CREATE MACRO day_of(day) AS
    CASE lower(day::VARCHAR)
        WHEN 'today' THEN current_date
        WHEN 'yesterday' THEN current_date - 1
        ELSE day::DATE
    END;
COMMENT ON MACRO day_of IS
    'The date that a text means, on this machine''s clock: today, yesterday, or a date such as '
    '2026-01-31.';

CREATE MACRO short_digest(digest) AS
    left(regexp_replace(digest, '^[^:]*:', ''), 12);
COMMENT ON MACRO short_digest IS 'The first figures of a digest, enough to tell two apart by eye.';
