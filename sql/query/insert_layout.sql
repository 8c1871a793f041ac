INSERT INTO layout (bundle_id, root, title, lacks) VALUES (?1, ?2, ?3, ?4)
