-- Why rule ?1 did not fire, as far as it looked.
SELECT 'undecidable' AS state, entity, NULL AS points, signal, source, collect FROM undecidable WHERE rule = ?1
UNION ALL
SELECT 'near miss', entity, points, (SELECT group_concat(value, ', ') FROM json_each(iif(json_valid(missing), missing, '[]'))), NULL, NULL
FROM near_miss WHERE rule = ?1
