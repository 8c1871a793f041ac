SELECT e.ts_us, e.id, coalesce(e.severity, 8), f.source, h.name, v.event_id IS NOT NULL
FROM event e JOIN file f ON f.id = e.file_id JOIN host h ON h.id = e.host_id
LEFT JOIN (SELECT event_id FROM evidence WHERE event_id IS NOT NULL
           UNION SELECT event_id FROM incident_entry WHERE event_id IS NOT NULL AND role <> 'context') v ON v.event_id = e.id
WHERE e.ts_us BETWEEN ?1 AND ?2 AND (e.severity <= 4 OR v.event_id IS NOT NULL)
ORDER BY e.ts_us, e.id
