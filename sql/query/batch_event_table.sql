CREATE TABLE x (id INTEGER, ts_us INTEGER, u_us INTEGER, clock_id INTEGER, severity INTEGER, file_id INTEGER, line INTEGER, lines INTEGER,
  offset INTEGER, host_id INTEGER, kind_id INTEGER, entity_id INTEGER, message TEXT, attrs TEXT)
