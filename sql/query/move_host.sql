-- Ids of one file stand together.
UPDATE event SET host_id = ?3 WHERE id BETWEEN ?1 AND ?2 AND host_id = 0
