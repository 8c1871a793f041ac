SELECT (SELECT coalesce(sum(records), 0) FROM file), (SELECT coalesce(sum(unparsed), 0) FROM file),
       (SELECT count(DISTINCT source) FROM file WHERE status <> 'skipped'), (SELECT count(*) FROM rule),
       (SELECT count(DISTINCT rule) FROM undecidable),
       (SELECT count(*) FROM finding WHERE word = 'unlikely')
