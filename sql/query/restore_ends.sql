SELECT (SELECT coalesce(max(id), 0) FROM event), (SELECT coalesce(max(id), 0) FROM sample), (SELECT max(id) FROM clock)
