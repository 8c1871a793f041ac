WITH proof(id) AS (
  SELECT event_id FROM evidence WHERE event_id IS NOT NULL
  UNION SELECT event_id FROM incident_entry WHERE event_id IS NOT NULL AND role <> 'context'
)
SELECT e.ts_us, e.id, coalesce(e.severity, 8), f.source, h.name, e.id IN proof
FROM event e JOIN file f ON f.id = e.file_id JOIN host h ON h.id = e.host_id
WHERE e.ts_us BETWEEN ?1 AND ?2 AND (e.severity <= 4 OR e.id IN proof)
ORDER BY e.ts_us, e.id
