-- Those with something to be about first: there the trigger was seen.
SELECT u.rule, coalesce(r.title, ''), u.entity, u.signal, u.source, u.collect
FROM undecidable u LEFT JOIN rule r ON r.id = u.rule
GROUP BY u.rule, u.entity, u.signal, u.source, u.collect
ORDER BY u.entity = '', u.rule, u.entity, min(u.rowid)
