INSERT INTO kind (id, name) VALUES (?1, ?2)
