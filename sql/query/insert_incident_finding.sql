INSERT INTO incident_finding (incident_id, finding_id) VALUES (?1, ?2)
