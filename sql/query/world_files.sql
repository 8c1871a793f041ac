SELECT f.id, f.path, coalesce(f.source, ''), f.status, f.cover, b.collected_us FROM file f LEFT JOIN bundle b ON b.id = f.bundle_id ORDER BY f.id
