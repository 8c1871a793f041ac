INSERT INTO fact (host_id, key, value, file_id, line) VALUES (?1, ?2, ?3, ?4, ?5)
