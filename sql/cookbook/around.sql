-- Everything within a minute of one record, from all sources
-- args: EVENT
SELECT t.time, round((t.ts_us - e.ts_us) / 1e6, 3) AS after_s, t.source, t.host, t.message, t.file || ':' || t.line AS place
FROM v_timeline e JOIN v_timeline t ON t.ts_us BETWEEN e.ts_us - 60000000 AND e.ts_us + 60000000
WHERE e.event_id = CAST(?1 AS INTEGER) ORDER BY t.ts_us, t.event_id
