SELECT id, ts_us, severity, message FROM event WHERE severity <= 4 AND id NOT IN (SELECT id FROM event_copy) ORDER BY id
