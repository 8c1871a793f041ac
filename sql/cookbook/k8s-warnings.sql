-- Kubernetes warnings by reason: how many objects, how often, first and last
SELECT reason, count(DISTINCT kind || '/' || namespace || '/' || name) AS objects, sum(coalesce(count, 1)) AS times,
       min(first) AS first, max(last) AS last, min(message) AS example
FROM v_k8s_event WHERE type = 'Warning' GROUP BY reason ORDER BY times DESC, reason
