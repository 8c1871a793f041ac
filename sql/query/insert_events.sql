INSERT INTO event (id, ts_us, u_us, clock_id, severity, file_id, line, lines, offset, host_id, kind_id, entity_id, message, attrs)
SELECT id, ts_us, u_us, clock_id, severity, file_id, line, lines, offset, host_id, kind_id, entity_id, message, attrs FROM batch_event
