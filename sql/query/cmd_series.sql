SELECT r.id, r.name, r.unit, h.name, CASE WHEN r.entity_id = 0 THEN '' ELSE n.kind || ':' || n.name END,
       (SELECT group_concat(j.key || '=' || j.value, ',') FROM json_each(iif(json_valid(r.labels), r.labels, '{}')) j)
FROM series r JOIN host h ON h.id = r.host_id JOIN entity n ON n.id = r.entity_id ORDER BY r.name, r.labels, h.name, r.id
