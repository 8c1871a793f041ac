-- Azure OpenAI requests by deployment and caller: how many, how many refused
SELECT attrs ->> 'deployment' AS deployment, coalesce(attrs ->> 'caller_ip', '') AS caller, count(*) AS requests,
       sum(attrs ->> 'status' = 429) AS refused, sum(attrs ->> 'total_tokens') AS tokens, min(time) AS first, max(time) AS last
FROM v_timeline WHERE kind = 'azure.request' GROUP BY 1, 2 ORDER BY requests DESC
