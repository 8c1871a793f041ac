SELECT count(*) FROM series WHERE name = ?1
