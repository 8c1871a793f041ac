SELECT file_id, line FROM event WHERE id = ?1
