-- What changed before: packages, boots, drivers, operations in the cloud and in the cluster; each sort apart, closest first.
SELECT id, ts_us, file_id, line, message, host_id, sort, package FROM (
  SELECT e.id AS id, e.ts_us AS ts_us, e.file_id AS file_id, e.line AS line, e.message AS message, e.host_id AS host_id, f.path AS path,
    CASE
      WHEN k.name GLOB 'apt.*' AND k.name <> 'apt.error' THEN '1 apt'
      WHEN k.name GLOB 'dpkg.*' THEN '2 dpkg'
      WHEN k.name = 'kernel.boot' THEN '3 boot'
      WHEN k.name = 'kernel.message' AND e.message GLOB 'NVRM: loading NVIDIA *' THEN '4 driver'
      WHEN k.name IN ('azure.activity', 'azure.scheduled_event') THEN '5 cloud'
      WHEN k.name = 'k8s.event' AND json_extract(e.attrs, '$.reason') IN (
        'ScalingReplicaSet', 'DeploymentRollback', 'SuccessfulRescale', 'TriggeredScaleUp', 'ScaleDown', 'ScaledUpGroup',
        'RegisteredNode', 'RemovingNode', 'DeletingNode', 'NodeNotSchedulable', 'NodeSchedulable', 'Rebooted', 'Drain', 'Upgrade', 'Surge') THEN '6 cluster'
    END AS sort,
    json_extract(e.attrs, '$.package') AS package
  FROM event e JOIN kind k ON k.id = e.kind_id JOIN file f ON f.id = e.file_id
  WHERE e.ts_us BETWEEN ?1 AND ?2
)
WHERE sort IS NOT NULL
ORDER BY sort, ts_us DESC, path DESC, line DESC, id DESC
