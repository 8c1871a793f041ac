SELECT n.ts_us, n.event_id, n.role, f.source, f.path, n.line, n.text, n.repeats, n.until_us
FROM incident_entry n LEFT JOIN file f ON f.id = n.file_id WHERE n.incident_id = ?1 ORDER BY n.n
