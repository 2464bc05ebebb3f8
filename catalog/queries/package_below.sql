-- Which jobs used a package below a version?
-- $package VARCHAR = 'pandas': the package, as it is installed
-- $version VARCHAR = '3': the first version that is new enough
SELECT job, method, version, started
FROM job_packages
WHERE
    used
    AND lower(replace(name, '_', '-')) = lower(replace($package, '_', '-'))
    AND version_key(version) < version_key($version)
ORDER BY version_key(version), job
