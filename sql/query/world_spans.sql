SELECT file_id, clock_id, host_id, from_us, to_us FROM coverage WHERE from_us IS NOT NULL ORDER BY file_id, clock_id, host_id
