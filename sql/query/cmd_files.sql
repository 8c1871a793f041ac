SELECT b.name, f.path, f.sha256 FROM file f JOIN bundle b ON b.id = f.bundle_id WHERE f.part_of IS NULL ORDER BY b.id, f.id
