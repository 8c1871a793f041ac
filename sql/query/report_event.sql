-- The slice of a page: ?1..?2, of severity ?3 and worse; evidence and its neighbours in the file whatever they are.
WITH proof(id) AS (
  SELECT event_id FROM evidence WHERE event_id IS NOT NULL
  UNION SELECT event_id FROM incident_entry WHERE event_id IS NOT NULL AND role <> 'context'
), near(id) AS (
  SELECT DISTINCT p.id + n.value FROM proof p, json_each('[-5,-4,-3,-2,-1,1,2,3,4,5]') n WHERE ?3 < 8
)
SELECT e.id, e.ts_us, coalesce(e.severity, 8), e.id IN proof, f.source, h.name,
       CASE WHEN e.entity_id = 0 THEN '' ELSE n.kind || ':' || n.name END, k.name, f.path, e.line, substr(e.message, 1, 400)
FROM event e JOIN file f ON f.id = e.file_id JOIN host h ON h.id = e.host_id JOIN kind k ON k.id = e.kind_id
JOIN entity n ON n.id = e.entity_id
WHERE e.ts_us BETWEEN ?1 AND ?2 AND (coalesce(e.severity, 8) <= ?3 OR e.id IN proof OR e.id IN near)
ORDER BY e.ts_us, e.id LIMIT ?4
