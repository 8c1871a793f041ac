INSERT INTO near_miss (rule, entity, host, ts_us, points, missing, file_id, line, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8, ?9)
