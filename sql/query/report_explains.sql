SELECT id FROM finding WHERE explained_by = ?1 AND (?2 OR word <> 'unlikely') ORDER BY rank, id
