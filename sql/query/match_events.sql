SELECT id, ts_us, u_us, clock_id, severity, file_id, line, offset, host_id, kind_id, entity_id, message, attrs FROM event ORDER BY id
