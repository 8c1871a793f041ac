INSERT INTO event_copy (id, of_id) VALUES (?1, ?2)
