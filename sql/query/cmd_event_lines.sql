SELECT line, message FROM event ORDER BY line, id
