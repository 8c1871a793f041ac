-- How well the time of each file is known, the worst first
SELECT file, host, clock, round(uncertainty_us / 1e6, 3) AS error_s, records FROM v_coverage WHERE records > 0 ORDER BY uncertainty_us DESC, file
