-- Annual failure rates by model, in SQL: the third of three forms of one method.
--
-- dataset: source chain
-- option: days_per_row int = 1  # Drive days that a row stands for.
-- column: model ascii

SELECT
    model,
    count(*) * $days_per_row AS drive_days,
    count(*) FILTER (failure) AS failures,
    failures / drive_days * 365 * 100 AS afr
FROM source
GROUP BY model
ORDER BY model
