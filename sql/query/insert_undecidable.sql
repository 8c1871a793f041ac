INSERT INTO undecidable (rule, entity, host, ts_us, signal, source, collect, file_id, line, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, 0), ?9, ?10)
