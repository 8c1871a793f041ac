SELECT id, of_id FROM event_copy ORDER BY id
