INSERT INTO signal_match (rule, signal, start_us, end_us, u_us, clock_id, host, entities, event_id, series_id, file_id, line, offset, text, sure)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, nullif(?11, 0), ?12, ?13, ?14, ?15)
