-- The match that opened finding ?1.
SELECT m.id FROM evidence e JOIN ledger l ON l.finding_id = e.finding_id AND l.seq = e.seq
JOIN finding f ON f.id = e.finding_id
JOIN signal_match m ON m.rule = f.rule AND m.signal = l.signal AND m.start_us = e.ts_us AND m.event_id IS e.event_id
  AND m.file_id IS e.file_id AND m.line = e.line AND m.offset = e.offset
WHERE e.finding_id = ?1 AND e.seq = 1 AND e.n = 0
ORDER BY m.id LIMIT 1
