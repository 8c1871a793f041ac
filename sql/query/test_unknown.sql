SELECT count(*) FROM ledger l WHERE l.finding_id = ?1 AND l.state = 'unknown' AND (l.signal = ?2 OR instr(l.signal, ?2) > 0)
