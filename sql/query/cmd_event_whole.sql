-- Record ?1, and the one nearest to it in its file that says something else.
SELECT f.source, e.ts_us, e.message, coalesce(e.attrs, '{}'), h.name FROM event e JOIN file f ON f.id = e.file_id JOIN host h ON h.id = e.host_id WHERE e.id = ?1
UNION ALL
SELECT * FROM (
  SELECT f.source, o.ts_us, o.message, coalesce(o.attrs, '{}'), h.name
  FROM event e JOIN event o ON o.file_id = e.file_id JOIN file f ON f.id = o.file_id JOIN host h ON h.id = o.host_id
  WHERE e.id = ?1 AND o.message <> e.message AND o.message <> '' ORDER BY abs(o.line - e.line), o.id LIMIT 1)
