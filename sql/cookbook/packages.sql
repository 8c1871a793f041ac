-- Package changes in time order: what was installed, upgraded or removed, and by whom
SELECT time, host, action, package, version_from, version_to, coalesce(requested_by, commandline) AS by, file || ':' || line AS place
FROM v_package ORDER BY ts_us, package
