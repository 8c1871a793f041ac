SELECT f.host FROM incident_finding x JOIN finding f ON f.id = x.finding_id WHERE x.incident_id = ?1 AND f.host <> ''
UNION
SELECT h.name FROM incident_entry n JOIN event e ON e.id = n.event_id JOIN host h ON h.id = e.host_id
WHERE n.incident_id = ?1 AND h.name <> '' AND n.role IN ('cause', 'symptom')
ORDER BY 1
