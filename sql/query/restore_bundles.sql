SELECT name, sha256, files, coalesce(damage, '') FROM bundle ORDER BY id
