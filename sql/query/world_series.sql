SELECT s.id, s.name, s.unit, s.labels, s.host_id, e.kind, e.name FROM series s JOIN entity e ON e.id = s.entity_id ORDER BY s.id
