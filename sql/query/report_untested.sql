-- A rule needs sources and series, by name.
SELECT r.id, r.title, (SELECT group_concat(value, ', ') FROM json_each(r.needs))
FROM rule r
WHERE json_valid(r.needs) AND json_array_length(r.needs) > 0
  AND NOT EXISTS (SELECT 1 FROM json_each(r.needs) j WHERE j.value IN (SELECT source FROM file WHERE status <> 'skipped' UNION SELECT name FROM series))
  AND r.id NOT IN (SELECT rule FROM undecidable) -- said there, and in more detail
ORDER BY r.id
