SELECT message FROM event WHERE id = ?1
