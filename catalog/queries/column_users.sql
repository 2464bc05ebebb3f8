-- Which jobs read a column, of which datasets?
-- $column VARCHAR: the column
SELECT r.dataset, r.name, r.job, r.method, r.started, c.type
FROM column_reads r
LEFT JOIN columns c ON c.dataset = r.dataset AND c.name = r.name
WHERE r.name = $column
ORDER BY r.started, r.job, r.dataset
