SELECT count(*) FROM undecidable WHERE rule = ?1 AND signal = ?2
