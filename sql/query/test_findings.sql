SELECT f.id, f.entity, coalesce(f.cause, 'undetermined'), f.word, f.narrative || ' ' || f.summary
FROM finding f WHERE f.rule = ?1 AND f.word <> 'unlikely' ORDER BY f.rank
