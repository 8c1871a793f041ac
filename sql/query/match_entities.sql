SELECT id, CASE id WHEN 0 THEN '' ELSE kind || ':' || name END FROM entity ORDER BY id
