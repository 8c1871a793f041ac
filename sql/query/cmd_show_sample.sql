-- The values of one line.
SELECT r.name, n.kind || ':' || n.name, r.unit,
       CASE p.pos WHEN 0 THEN v0 WHEN 1 THEN v1 WHEN 2 THEN v2 WHEN 3 THEN v3 WHEN 4 THEN v4 WHEN 5 THEN v5 WHEN 6 THEN v6
         WHEN 7 THEN v7 WHEN 8 THEN v8 WHEN 9 THEN v9 WHEN 10 THEN v10 WHEN 11 THEN v11 WHEN 12 THEN v12 WHEN 13 THEN v13
         WHEN 14 THEN v14 WHEN 15 THEN v15 WHEN 16 THEN v16 WHEN 17 THEN v17 WHEN 18 THEN v18 WHEN 19 THEN v19
         WHEN 20 THEN v20 WHEN 21 THEN v21 WHEN 22 THEN v22 WHEN 23 THEN v23 WHEN 24 THEN v24 WHEN 25 THEN v25
         WHEN 26 THEN v26 WHEN 27 THEN v27 WHEN 28 THEN v28 WHEN 29 THEN v29 WHEN 30 THEN v30 ELSE v31 END AS value
FROM sample s JOIN panel p ON p.panel_id = s.panel_id AND p.part = s.part JOIN series r ON r.id = p.series_id JOIN entity n ON n.id = r.entity_id
WHERE s.file_id IN (SELECT id FROM file WHERE id = ?1 OR part_of = ?1) AND s.line = ?2 AND value IS NOT NULL ORDER BY r.name, r.id
