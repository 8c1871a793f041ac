SELECT id, title FROM rule ORDER BY id
