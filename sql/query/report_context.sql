-- Neighbours in the same file: by number, since every record of a one-line JSON document is on line 1.
-- (+: not by the index of files, which would read all of this one.)
SELECT id, line, message FROM event WHERE +file_id = ?1 AND id BETWEEN ?2 - 3 AND ?2 + 3 ORDER BY id
