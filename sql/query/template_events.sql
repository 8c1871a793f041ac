SELECT id, ts_us, severity, message FROM event WHERE severity <= 4 ORDER BY id
