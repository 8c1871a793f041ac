INSERT INTO near_miss (rule, entity, host, ts_us, points, missing) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
