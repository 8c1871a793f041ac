-- The anchors of rule ?1 that came to nothing, each with the first item that failed.
SELECT entity, ts_us, file, line, text, points, item, source, collect, count(*) OVER () AS anchors FROM (
  SELECT n.entity AS entity, n.ts_us AS ts_us, f.path AS file, n.line AS line, n.text AS text, n.points AS points,
    json_extract(iif(json_valid(n.missing), n.missing, '[]'), '$[0]') AS item, NULL AS source, NULL AS collect, n.rowid AS id
  FROM near_miss n LEFT JOIN file f ON f.id = n.file_id WHERE n.rule = ?1
  UNION ALL
  SELECT u.entity, u.ts_us, f.path, u.line, u.text, NULL, u.signal, u.source, u.collect, min(u.rowid)
  FROM undecidable u LEFT JOIN file f ON f.id = u.file_id WHERE u.rule = ?1 AND u.ts_us IS NOT NULL
  GROUP BY u.entity, u.host, u.ts_us, u.file_id, u.line
)
ORDER BY ts_us, file, line, entity, id LIMIT 20
