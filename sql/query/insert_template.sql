INSERT INTO template (template, count, first_us, last_us, severity, known, example_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
