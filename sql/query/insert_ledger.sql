INSERT INTO ledger (finding_id, seq, cause, signal, role, state, weight, points, why, source, collect)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, nullif(?9, ''), nullif(?10, ''), nullif(?11, ''))
