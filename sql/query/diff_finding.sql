SELECT rule || coalesce(' (' || cause || ')', ''), severity || CASE WHEN count(*) > 1 THEN ', ' || count(*) || ' times' ELSE '' END, NULL
FROM v_finding WHERE word <> 'unlikely' GROUP BY rule, cause ORDER BY 1
