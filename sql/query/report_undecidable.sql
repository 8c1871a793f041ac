-- Pressing ones first. Those about something, whose trigger was seen, are when a source is missing; more of one that is there seldom helps.
-- The others are when the case has data of the family they read first: whoever brings the logs of a machine is not asked for a cluster's.
WITH present (name) AS (SELECT source FROM file WHERE status <> 'skipped' AND source <> '' UNION SELECT name FROM series),
     families (prefix, family) AS (VALUES ('k8s', 'cluster'), ('kubectl', 'cluster'), ('azure', 'cloud'), ('aoai', 'cloud')),
     had (family) AS (SELECT coalesce((SELECT family FROM families WHERE name LIKE prefix || '%'), 'machine') FROM present),
     asked AS (
	SELECT u.*, min(u.rowid) AS place,
	       CASE WHEN u.entity <> '' THEN EXISTS (SELECT 1 FROM json_each('[' || replace(json_quote(u.source), ', ', '","') || ']') j
	                                             WHERE j.value NOT IN present)
	            ELSE coalesce((SELECT family FROM families WHERE u.source LIKE prefix || '%'), 'machine') IN had
	       END AS pressing
	FROM undecidable u
	GROUP BY u.rule, u.entity, u.signal, u.source, u.collect)
SELECT a.rule, coalesce(r.title, ''), a.entity, a.signal, a.source, a.collect, max(a.pressing) OVER (PARTITION BY a.rule, a.entity) AS wanted
FROM asked a LEFT JOIN rule r ON r.id = a.rule
ORDER BY wanted DESC, a.entity = '', a.rule, a.entity, a.place
