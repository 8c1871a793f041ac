SELECT panel_id, series_id FROM panel ORDER BY panel_id, part, pos
