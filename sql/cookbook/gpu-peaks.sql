-- The highest memory use, temperature and power of each GPU, and how often it was throttled
SELECT host, gpu, count(*) AS samples, round(max(memory_used_mib)) AS memory_mib, round(100 * max(memory_used_mib / memory_total_mib), 1) AS memory_pct,
       max(temperature_c) AS temperature_c, max(power_w) AS power_w, min(sm_clock_mhz) AS lowest_clock_mhz, count(throttle) AS throttled
FROM v_gpu WHERE gpu <> '' GROUP BY host, gpu ORDER BY host, gpu
