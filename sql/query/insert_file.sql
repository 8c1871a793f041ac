INSERT INTO file (id, bundle_id, path, source, status, reason, sha256, bytes, records, unparsed, cover, part_of, host_id)
VALUES (?1, ?2, ?3, nullif(?4, ''), ?5, nullif(?6, ''), nullif(?7, ''), ?8, ?9, ?10, ?11, nullif(?12, 0), ?13)
