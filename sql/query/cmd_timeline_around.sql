-- cmd_timeline.sql, but the ?8 records before and after record ?7.
WITH here AS (SELECT ts_us AS t, id FROM event WHERE id = ?7),
passing AS (
  SELECT event_id, ts_us, time, uncertainty_us, clock, source, host, entity, severity, kind, message, attrs, file, line, offset
  FROM v_timeline
  WHERE ts_us BETWEEN ifnull(?1, -9223372036854775807) AND ifnull(?2, 9223372036854775807)
    AND (?3 IS NULL OR source GLOB ?3) AND (?4 IS NULL OR host GLOB ?4)
    AND (?5 IS NULL OR entity GLOB ?5 OR entity GLOB '*:' || ?5) AND (?6 IS NULL OR severity <= ?6)
)
SELECT * FROM (
  SELECT p.* FROM passing p WHERE ts_us <= (SELECT t FROM here) AND (ts_us, event_id) < (SELECT t, id FROM here)
  ORDER BY ts_us DESC, event_id DESC LIMIT ?8)
UNION ALL
SELECT event_id, ts_us, time, uncertainty_us, clock, source, host, entity, severity, kind, message, attrs, file, line, offset
FROM v_timeline WHERE event_id = ?7
UNION ALL
SELECT * FROM (
  SELECT p.* FROM passing p WHERE ts_us >= (SELECT t FROM here) AND (ts_us, event_id) > (SELECT t, id FROM here)
  ORDER BY ts_us, event_id LIMIT ?8)
ORDER BY 2, 1
