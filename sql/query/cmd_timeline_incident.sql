-- cmd_timeline.sql over what belongs to incident ?7; a run of a series is no record and has no number.
SELECT i.event_id, i.ts_us, i.time, t.uncertainty_us, t.clock, coalesce(t.source, i.source) AS source, coalesce(t.host, i.host) AS host,
       coalesce(t.entity, i.entity) AS entity, t.severity, t.kind, coalesce(t.message, i.message) AS message, t.attrs, i.file, i.line,
       t.offset, i.role
FROM v_incident_timeline i LEFT JOIN v_timeline t ON t.event_id = i.event_id
WHERE i.incident_id = ?7 AND i.ts_us BETWEEN ifnull(?1, -9223372036854775807) AND ifnull(?2, 9223372036854775807)
  AND (?3 IS NULL OR coalesce(t.source, i.source) GLOB ?3) AND (?4 IS NULL OR coalesce(t.host, i.host) GLOB ?4)
  AND (?5 IS NULL OR coalesce(t.entity, i.entity) GLOB ?5 OR coalesce(t.entity, i.entity) GLOB '*:' || ?5)
  AND (?6 IS NULL OR t.severity <= ?6)
ORDER BY i.ts_us, i.event_id
