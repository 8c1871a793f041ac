INSERT INTO incident (id, title, severity, start_us, end_us, recovered_us, root_finding_id) VALUES (?1, ?2, ?3, ?4, ?5, ?7, ?6)
