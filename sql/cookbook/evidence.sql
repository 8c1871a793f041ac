-- The ledger of all findings, or of one rule or finding: items, states, points, places
-- args: [RULE|FINDING]
SELECT finding_id, cause, signal, role, state, points, time, file || ':' || line AS place, message
FROM v_evidence WHERE ?1 IS NULL OR ?1 IN (finding_id, rule) ORDER BY finding_id, seq, ts_us
