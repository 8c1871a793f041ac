SELECT r.id, r.title, (SELECT group_concat(value, ', ') FROM json_each(r.needs))
FROM rule r
WHERE json_valid(r.needs) AND json_array_length(r.needs) > 0
  AND NOT EXISTS (SELECT 1 FROM json_each(r.needs) j JOIN file f ON f.source = j.value)
ORDER BY r.id
