-- The rules this case could not decide: for how many entities (none: its trigger could not be seen), and what is missing.
SELECT u.rule AS rule, count(DISTINCT nullif(u.entity, '')) AS entities,
  (SELECT group_concat(signal, ', ') FROM (SELECT DISTINCT signal FROM undecidable x WHERE x.rule = u.rule ORDER BY 1)) AS signals,
  (SELECT group_concat(source, ', ') FROM (SELECT DISTINCT source FROM undecidable x WHERE x.rule = u.rule ORDER BY 1)) AS sources,
  (SELECT group_concat(collect, '; ') FROM (SELECT DISTINCT collect FROM undecidable x WHERE x.rule = u.rule AND collect <> '' ORDER BY 1)) AS collect
FROM undecidable u GROUP BY u.rule ORDER BY u.rule
