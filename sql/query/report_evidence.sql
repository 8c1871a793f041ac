SELECT e.seq, e.text, e.event_id, s.name || coalesce('{' || nullif((SELECT group_concat(key || '=' || value, ', ') FROM json_each(s.labels)), '') || '}', '') AS series,
       e.ts_us, e.end_us, f.path, e.line, e.offset, e.file_id
FROM evidence e LEFT JOIN series s ON s.id = e.series_id LEFT JOIN file f ON f.id = e.file_id
WHERE e.finding_id = ?1 ORDER BY e.seq, e.n
