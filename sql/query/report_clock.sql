SELECT kind, host, file, files, offset_us, uncertainty_us, solved, basis, contradiction, from_us IS NOT NULL FROM v_clock
ORDER BY CASE kind WHEN 'utc' THEN 0 WHEN 'host' THEN 1 WHEN 'local' THEN 2 WHEN 'yearless' THEN 3 WHEN 'boot' THEN 4 ELSE 5 END, host, file, from_us, offset_us, basis
