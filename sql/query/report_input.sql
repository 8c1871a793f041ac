SELECT path, sha256, source, status, reason, bytes FROM file ORDER BY path, id
