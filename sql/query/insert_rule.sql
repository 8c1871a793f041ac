INSERT INTO rule (id, version, title, severity, status, file, refs, needs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
