SELECT id, uncertainty_us, parent_id, parent_error_us FROM clock ORDER BY id
