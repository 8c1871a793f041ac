SELECT count(*), coalesce(sum(min(length(message), 400)), 0) FROM event WHERE ts_us BETWEEN ?1 AND ?2 AND coalesce(severity, 8) <= ?3
