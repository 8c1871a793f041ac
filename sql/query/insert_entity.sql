INSERT INTO entity (id, kind, name) VALUES (?1, ?2, ?3)
