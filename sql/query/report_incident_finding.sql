SELECT x.finding_id FROM incident_finding x JOIN finding f ON f.id = x.finding_id
WHERE x.incident_id = ?1 AND (?2 OR f.word <> 'unlikely') ORDER BY f.rank, f.id
