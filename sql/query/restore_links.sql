SELECT from_id, relation, to_id FROM entity_link ORDER BY rowid
