SELECT name, sha256, damage, files, collected_us FROM bundle ORDER BY id
