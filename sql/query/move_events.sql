UPDATE event SET ts_us = ts_us + ?2, clock_id = ?3, u_us = u_us + ?9 WHERE clock_id = ?1 AND ts_us >= ?4 AND ts_us < ?5 AND file_id = ?6 AND id >= ?7 AND id < ?8
