-- What each rule came to: found (with the finding), undecidable (with what was missing), or passed.
SELECT r.id, r.title, coalesce(f.host, ''), CASE WHEN f.finding_id IS NOT NULL THEN 'found' WHEN u.rule IS NOT NULL THEN 'undecidable' ELSE 'passed' END,
       coalesce(f.severity || ': ' || f.title || coalesce(' (' || f.cause || ')', '') || ', ' || f.entity_kind || ' ' || f.entity,
                u.missing, ''),
       coalesce(f.narrative, ''),
       coalesce((SELECT group_concat(line, char(10)) FROM (SELECT v.file || ':' || v.line || '  ' || v.message AS line FROM v_evidence v
                  WHERE v.finding_id = f.finding_id AND v.file IS NOT NULL ORDER BY v.ts_us, v.seq, v.line LIMIT 50)), '')
FROM rule r LEFT JOIN v_finding f ON f.rule = r.id AND f.word <> 'unlikely'
LEFT JOIN (SELECT rule, 'missing: ' || group_concat(DISTINCT source) AS missing FROM undecidable GROUP BY rule) u ON u.rule = r.id AND f.finding_id IS NULL
ORDER BY r.id, f.start_us, f.finding_id
