-- By its whole path, or by its last parts.
SELECT id, path, path = ?1 AS exact FROM file
WHERE part_of IS NULL AND (path = ?1 OR substr(path, -length(?1) - 1) IN ('/' || ?1, '!' || ?1))
ORDER BY exact DESC, path, id
