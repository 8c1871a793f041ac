SELECT a.kind, a.name, l.relation, b.kind, b.name, l.valid_from_us FROM entity_link l JOIN entity a ON a.id = l.from_id JOIN entity b ON b.id = l.to_id ORDER BY l.rowid
