INSERT INTO bundle (id, name, sha256, files, collected_us, damage) VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, ''))
