-- quiet_to: an append log and a snapshot speak for the time up to the collection too.
-- Parts of one file that say the same of the same time (the many small files in a bug report) are one row.
SELECT f.source, coalesce(h.name, ''), f.path,
       k.kind || coalesce(': ' || nullif(k.basis, ''), '') || coalesce('; ' || nullif(k.note, ''), '') AS clock, f.status, f.reason,
       c.from_us, c.to_us, k.uncertainty_us,
       CASE WHEN f.cover IN ('append', 'snapshot') AND b.collected_us > c.to_us THEN b.collected_us ELSE c.to_us END AS quiet_to,
       sum(coalesce(c.records, 0)), sum(f.unparsed), min(f.id) AS first_id, coalesce(k.solved, 0)
FROM file f LEFT JOIN coverage c ON c.file_id = f.id LEFT JOIN host h ON h.id = c.host_id
LEFT JOIN clock k ON k.id = c.clock_id LEFT JOIN bundle b ON b.id = f.bundle_id
WHERE f.source IS NOT NULL AND f.status <> 'duplicate'
GROUP BY coalesce(-f.part_of, f.id), f.source, h.id, clock, f.status, c.from_us, c.to_us, k.uncertainty_us, quiet_to,
         CASE WHEN f.part_of IS NULL THEN c.clock_id END
ORDER BY f.source, h.name, f.path, c.from_us, first_id, min(c.clock_id)
