SELECT series, labels, unit, host, entity, count(value) AS n, min(value) AS min, max(value) AS max, min(time) AS first, max(time) AS last
FROM v_sample WHERE ?1 IS NULL OR series GLOB ?1 GROUP BY series, labels, unit, host, entity ORDER BY series, labels, host, entity
