INSERT INTO coverage (file_id, clock_id, host_id, records, from_us, to_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET records = records + excluded.records, from_us = min(from_us, excluded.from_us), to_us = max(to_us, excluded.to_us)
