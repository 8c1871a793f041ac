INSERT INTO incident_entry (incident_id, n, ts_us, event_id, role, file_id, line, text, repeats, until_us) VALUES (?1, ?2, ?3, nullif(?4, 0), ?5, nullif(?6, 0), nullif(?7, 0), ?8, ?9, ?10)
