-- Hosts of two cases have other names: a fact is compared by its key, or by host and key where several hosts have it.
SELECT CASE WHEN (SELECT count(DISTINCT host_id) FROM fact g WHERE g.key = f.key) > 1 THEN h.name || ' ' || f.key ELSE f.key END AS which, min(f.value), NULL
FROM fact f JOIN host h ON h.id = f.host_id
WHERE f.key NOT IN ('date', 'boot.id', 'uptime_s') AND f.key NOT GLOB 'clock.*'
GROUP BY which ORDER BY which
