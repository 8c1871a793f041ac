-- The version each package has at the end of its log.
SELECT package, version_to, NULL FROM (
  SELECT package, version_to, row_number() OVER (PARTITION BY package ORDER BY ts_us DESC, file DESC, line DESC) AS n FROM v_package WHERE package IS NOT NULL
) WHERE n = 1 ORDER BY package
