-- What is in the results folder, and which job made it?
SELECT link, job, method, file, recorded, header, description
FROM results
ORDER BY link
