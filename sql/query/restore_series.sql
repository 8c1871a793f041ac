SELECT id, name, unit, host_id, entity_id, labels FROM series ORDER BY id
