INSERT INTO undecidable (rule, entity, host, ts_us, signal, source, collect) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
