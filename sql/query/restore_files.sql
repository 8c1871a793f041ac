SELECT bundle_id, path, coalesce(source, ''), status, coalesce(sha256, ''), host_id, coalesce(part_of, 0) FROM file ORDER BY id
