-- The mean of each series; of several GPUs alike, all together.
SELECT series || CASE WHEN unit = '' THEN '' ELSE ' [' || unit || ']' END, NULL, avg(value) FROM v_sample GROUP BY 1 ORDER BY 1
