SELECT n.rowid, n.rule, coalesce(r.title, ''), n.entity, n.points, j.value
FROM near_miss n LEFT JOIN rule r ON r.id = n.rule
LEFT JOIN json_each(iif(json_valid(n.missing), n.missing, '[]')) j
ORDER BY n.points DESC, n.rule, n.entity, n.rowid, j.key
