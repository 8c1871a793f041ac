SELECT count(DISTINCT name) FROM host WHERE name <> ''
