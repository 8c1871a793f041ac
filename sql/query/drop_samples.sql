DELETE FROM sample WHERE id >= ?1 AND id < ?2
