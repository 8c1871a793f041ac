SELECT path, source FROM file WHERE id = ?1
