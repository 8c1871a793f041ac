SELECT id, uncertainty_us, parent_id FROM clock ORDER BY id
