INSERT INTO clock (id, kind, host_id, scope, part, offset_us, uncertainty_us, solved, parent_id, parent_error_us, basis, note, first_us, last_us)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
