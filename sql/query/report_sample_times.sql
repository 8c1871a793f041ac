SELECT DISTINCT file_id, ts_us FROM sample ORDER BY file_id, ts_us
