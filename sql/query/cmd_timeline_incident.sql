-- cmd_timeline.sql over what belongs to incident ?7.
SELECT t.event_id, t.ts_us, t.time, t.uncertainty_us, t.clock, t.source, t.host, t.entity, t.severity, t.kind, i.text AS message,
       t.attrs, t.file, t.line, t.offset, i.role
FROM incident_entry i JOIN v_timeline t ON t.event_id = i.event_id
WHERE i.incident_id = ?7 AND t.ts_us BETWEEN ifnull(?1, -9223372036854775807) AND ifnull(?2, 9223372036854775807)
  AND (?3 IS NULL OR t.source GLOB ?3) AND (?4 IS NULL OR t.host GLOB ?4)
  AND (?5 IS NULL OR t.entity GLOB ?5 OR t.entity GLOB '*:' || ?5) AND (?6 IS NULL OR t.severity <= ?6)
ORDER BY i.n
