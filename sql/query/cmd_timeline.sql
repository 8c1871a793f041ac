-- Filters that are NULL let everything pass; texts may be GLOB patterns, an entity with or without its kind.
SELECT event_id, ts_us, time, uncertainty_us, clock, source, host, entity, severity, kind, message, attrs, file, line, offset
FROM v_timeline
WHERE ts_us BETWEEN ifnull(?1, -9223372036854775807) AND ifnull(?2, 9223372036854775807)
  AND (?3 IS NULL OR source GLOB ?3) AND (?4 IS NULL OR host GLOB ?4)
  AND (?5 IS NULL OR entity GLOB ?5 OR entity GLOB '*:' || ?5) AND (?6 IS NULL OR severity <= ?6)
ORDER BY ts_us, event_id
