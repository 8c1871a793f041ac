SELECT path, sha256, source, status, reason, bytes FROM file WHERE part_of IS NULL ORDER BY path, id
