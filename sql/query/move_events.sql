UPDATE event SET ts_us = ts_us + ?2 WHERE clock_id = ?1
