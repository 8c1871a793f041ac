-- ?1: with unlikely ones; ?2: only this finding and what it explains.
SELECT f.id, f.rule, f.title, f.severity, f.word, r.file, f.rule_version, f.points, f.cause_points, f.cause, f.cause_title,
       f.entity_kind, f.entity, f.host, f.start_us, f.end_us, f.uncertainty_us, f.anchors, f.explained_by, f.narrative, f.summary
FROM finding f LEFT JOIN rule r ON r.id = f.rule
WHERE (?1 OR f.word <> 'unlikely' OR f.id = ?2) AND (?2 IS NULL OR f.id = ?2 OR f.explained_by = ?2)
ORDER BY f.id IS NOT ?2, f.rank, f.id
