SELECT name, sha256 FROM bundle ORDER BY id
