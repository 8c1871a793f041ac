-- Runs of a series that evidence rests on.
SELECT DISTINCT v.ts_us, v.end_us, v.text, f.source, h.name
FROM evidence v JOIN series s ON s.id = v.series_id JOIN file f ON f.id = v.file_id JOIN host h ON h.id = s.host_id
WHERE v.event_id IS NULL AND v.end_us >= ?1 AND v.ts_us <= ?2 AND f.source IS NOT NULL
ORDER BY v.ts_us, v.end_us, v.text
