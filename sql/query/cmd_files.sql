SELECT b.name, f.path, f.sha256 FROM file f JOIN bundle b ON b.id = f.bundle_id ORDER BY b.id, f.id
