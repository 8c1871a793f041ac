-- Where records of source ?1 are, and from when to when.
SELECT f.path, f.records, min(c.from_us), max(c.to_us)
FROM file f LEFT JOIN coverage c ON c.file_id = f.id WHERE f.source = ?1 GROUP BY f.id ORDER BY f.path
