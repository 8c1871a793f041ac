-- Kernel lines of hosts that have them from more than one file, those of one text together.  A host without a name is one
-- only where none has a name.
WITH several AS (
  SELECT h.name AS name FROM coverage c JOIN file f ON f.id = c.file_id JOIN host h ON h.id = c.host_id
  WHERE f.source IN ('dmesg', 'kern_log', 'journal') AND (h.name <> '' OR NOT EXISTS (SELECT 1 FROM host WHERE name <> ''))
  GROUP BY h.name HAVING count(DISTINCT f.id) > 1
)
SELECT e.id, e.ts_us, e.u_us + k.uncertainty_us, e.file_id, h.name, e.message
FROM event e JOIN kind n ON n.id = e.kind_id JOIN host h ON h.id = e.host_id JOIN clock k ON k.id = e.clock_id
WHERE EXISTS (SELECT 1 FROM several) AND n.name GLOB 'kernel.*' AND h.name IN (SELECT name FROM several)
ORDER BY h.name, e.message
