SELECT id FROM finding ORDER BY rank
