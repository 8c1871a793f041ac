-- What was read around line ?2 of file ?1: ?3 records before the one that holds the line, and ?3 after it.
WITH place AS (SELECT id FROM file WHERE id = ?1 OR part_of = ?1), record AS (
  SELECT * FROM (
    SELECT e.id AS event_id, e.line AS line, e.lines AS lines, e.offset AS offset, e.ts_us AS ts_us, 'event' AS state, e.message AS text
    FROM event e WHERE e.file_id IN place AND e.line <= ?2 ORDER BY e.line DESC, e.id DESC LIMIT ?3 + 1)
  UNION ALL
  SELECT * FROM (
    SELECT e.id, e.line, e.lines, e.offset, e.ts_us, 'event', e.message
    FROM event e WHERE e.file_id IN place AND e.line > ?2 ORDER BY e.line, e.id LIMIT ?3)
  UNION ALL
  SELECT NULL, r.line, 1, r.offset, NULL, r.reason, r.text FROM reject r WHERE r.file_id IN place
  UNION ALL
  SELECT NULL, s.line, 1, s.offset, s.ts_us, 'sample', NULL
  FROM sample s WHERE s.file_id IN place GROUP BY s.line
)
SELECT * FROM (SELECT * FROM record WHERE line <= ?2 ORDER BY line DESC, event_id DESC LIMIT ?3 + 1)
UNION ALL
SELECT * FROM (SELECT * FROM record WHERE line > ?2 ORDER BY line, event_id LIMIT ?3)
ORDER BY line, event_id
