-- Series that evidence rests on, then those of a finding's entity, then a host's telling ones.
WITH pick AS (
  SELECT v.series_id AS id, 0 AS why, min(f.rank) AS rank
  FROM evidence v JOIN finding f ON f.id = v.finding_id WHERE v.series_id IS NOT NULL GROUP BY v.series_id
  UNION ALL
  SELECT s.id, 1, min(f.rank)
  FROM finding f JOIN entity e ON e.kind = f.entity_kind AND e.name = f.entity AND e.id <> 0 JOIN series s ON s.entity_id = e.id GROUP BY s.id
  UNION ALL
  SELECT s.id, 2, min(f.rank) FROM finding f JOIN host h ON h.name = f.host JOIN series s ON s.host_id = h.id GROUP BY s.id
), telling (name, place) AS (
  VALUES ('gpu.memory.used', 0), ('gpu.utilization', 1), ('gpu.temperature', 2), ('gpu.power.draw', 3), ('gpu.clock.sm', 4),
         ('svc.latency', 5), ('svc.requests', 6), ('aoai.requests', 7)
), best AS (SELECT id, min(why) AS why, min(rank) AS rank FROM pick GROUP BY id), known AS ( -- "gpu 0" of one file may be 0000:3b:00 of another
  SELECT e.id AS id, min(e.id, coalesce((SELECT min(iif(l.from_id = e.id, l.to_id, l.from_id)) FROM entity_link l
                                         WHERE l.relation = 'is' AND e.id IN (l.from_id, l.to_id)), e.id)) AS same
  FROM entity e
), named AS (
  SELECT s.id AS id, s.name || coalesce('{' || nullif((SELECT group_concat(key || '=' || value, ', ') FROM json_each(s.labels)), '') || '}', '') AS series,
         s.unit AS unit, CASE WHEN s.entity_id = 0 THEN '' ELSE n.kind || ':' || n.name END AS entity,
         b.why AS why, b.rank AS rank, coalesce(t.place, 99) AS place, s.name AS name,
         row_number() OVER (PARTITION BY s.name, k.same, s.host_id, iif(n.kind = '', s.labels, json_remove(s.labels, '$.' || json_quote(n.kind)))
                            ORDER BY b.why, b.rank, s.id) AS copy
  FROM best b JOIN series s ON s.id = b.id JOIN entity n ON n.id = s.entity_id JOIN known k ON k.id = n.id
  LEFT JOIN telling t ON t.name = s.name
  WHERE b.why = 0 OR t.place IS NOT NULL
), counted AS (
  SELECT *, row_number() OVER (PARTITION BY why, name ORDER BY rank, length(entity), entity, series, id) AS nth FROM named WHERE copy = 1
)
SELECT id, series, unit, entity FROM counted
WHERE nth <= iif(why = 2, 2, 4) -- eight GPUs of one host would crowd out everything else
ORDER BY why, rank, place, series, nth, id
LIMIT 64
