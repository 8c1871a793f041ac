-- Warnings and errors that no rule reads, by shape, the most frequent first
SELECT count, severity, first, last, template FROM v_template WHERE NOT known ORDER BY severity IS NULL, count DESC, template LIMIT 50
