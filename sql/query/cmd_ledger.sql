SELECT finding_id, rule, seq, cause, signal, role, state, points, event_id, time, source, file, line, message
FROM v_evidence WHERE finding_id = ?1 OR rule = ?1 ORDER BY finding_id, seq, time
