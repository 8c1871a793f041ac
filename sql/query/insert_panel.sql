INSERT INTO panel (panel_id, part, pos, series_id) VALUES (?1, ?2, ?3, ?4)
