INSERT INTO reject (file_id, line, offset, text, reason) VALUES (?1, ?2, ?3, ?4, ?5)
