SELECT i.id, i.title, i.severity, i.root_finding_id, i.start_us, i.end_us, i.recovered_us
FROM incident i
WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM incident_finding x WHERE x.incident_id = i.id AND x.finding_id = ?1)
ORDER BY length(i.id), i.id
