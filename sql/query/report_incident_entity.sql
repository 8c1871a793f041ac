SELECT f.entity_kind || ':' || f.entity FROM incident_finding x JOIN finding f ON f.id = x.finding_id WHERE x.incident_id = ?1 AND f.entity <> ''
UNION
SELECT t.kind || ':' || t.name FROM incident_entry n JOIN event e ON e.id = n.event_id JOIN entity t ON t.id = e.entity_id
WHERE n.incident_id = ?1 AND t.id <> 0 AND n.role IN ('cause', 'symptom')
ORDER BY 1
