SELECT id, name FROM kind ORDER BY id
