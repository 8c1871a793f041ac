SELECT DISTINCT h.name FROM host h
WHERE h.name <> '' AND (h.id IN (SELECT host_id FROM coverage) OR h.id IN (SELECT host_id FROM fact)
  OR h.name IN (SELECT host FROM finding))
ORDER BY h.name
