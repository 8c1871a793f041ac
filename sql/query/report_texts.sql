SELECT 0, a.key, a.value FROM finding f, json_each(iif(json_valid(f.advice), f.advice, '[]')) a WHERE f.id = ?1
UNION ALL
SELECT 1, p.key, p.value FROM finding f, json_each(iif(json_valid(f.prevent), f.prevent, '[]')) p WHERE f.id = ?1
ORDER BY 1, 2
