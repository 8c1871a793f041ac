SELECT count(*) FROM finding WHERE explained_by = ?1 AND rule = ?2
