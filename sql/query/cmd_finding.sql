SELECT id FROM finding WHERE id = ?1 OR rule = ?1 ORDER BY rank
