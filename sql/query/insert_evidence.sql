INSERT INTO evidence (finding_id, seq, n, event_id, series_id, ts_us, end_us, file_id, line, offset, text)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, 0), nullif(?9, 0), ?10, ?11)
