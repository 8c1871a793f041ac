-- What changed before: packages, boots, operations in the cloud, closest first.
SELECT e.id, e.ts_us, e.file_id, e.line, e.message, e.host_id
FROM event e JOIN kind k ON k.id = e.kind_id JOIN file f ON f.id = e.file_id
WHERE (k.name GLOB 'apt.*' OR k.name GLOB 'dpkg.*' OR k.name IN ('kernel.boot', 'azure.activity'))
  AND e.ts_us BETWEEN ?1 AND ?2
ORDER BY e.ts_us DESC, f.path DESC, e.line DESC, e.id DESC
