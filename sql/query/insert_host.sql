INSERT INTO host (id, name) VALUES (?1, ?2)
