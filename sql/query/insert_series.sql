INSERT INTO series (id, name, unit, host_id, entity_id, labels) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
