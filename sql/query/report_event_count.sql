-- Of the first ?4 of them.
SELECT count(*), coalesce(sum(n), 0) FROM (
  SELECT min(length(message), 400) AS n FROM event WHERE ts_us BETWEEN ?1 AND ?2 AND coalesce(severity, 8) <= ?3 LIMIT ?4
)
