SELECT cause, signal, role, state, why, source, collect, weight, points, seq FROM ledger WHERE finding_id = ?1 ORDER BY seq
