DELETE FROM reject WHERE file_id = ?1
