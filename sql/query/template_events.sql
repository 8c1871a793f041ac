-- Warnings and worse; of dmesg without levels everything.  8: no level.
SELECT e.id, e.ts_us, coalesce(e.severity, 8), e.message FROM event e
WHERE (e.severity <= 4 OR (e.severity IS NULL AND e.kind_id IN (SELECT id FROM kind WHERE name GLOB 'kernel.*')))
  AND e.id NOT IN (SELECT id FROM event_copy) ORDER BY e.id
