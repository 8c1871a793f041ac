SELECT coalesce(f.part_of, f.id), e.line FROM event e JOIN file f ON f.id = e.file_id WHERE e.id = ?1
