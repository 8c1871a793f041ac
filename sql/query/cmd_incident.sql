SELECT id FROM incident ORDER BY id
