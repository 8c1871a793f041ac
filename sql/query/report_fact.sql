SELECT DISTINCT h.name, a.key, a.value, f.path, a.line
FROM fact a JOIN host h ON h.id = a.host_id JOIN file f ON f.id = a.file_id
ORDER BY h.name, a.key, f.path, a.line, a.value
