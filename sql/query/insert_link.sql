INSERT INTO entity_link (from_id, relation, to_id, valid_from_us, valid_to_us) VALUES (?1, ?2, ?3, ?4, ?5)
