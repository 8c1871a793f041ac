SELECT id, path, coalesce(source, ''), status, cover FROM file ORDER BY id
