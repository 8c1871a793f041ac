-- The own host of a case may get its name from a bundle that came later.
INSERT INTO host (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = excluded.name
