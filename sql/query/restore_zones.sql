-- Civil clocks whose zone was found: whole quarters of an hour.
SELECT k.host_id, -k.offset_us / 60000000, k.basis FROM clock k
WHERE k.kind = 'local' AND k.scope = '' AND k.solved AND k.uncertainty_us = 0 AND k.offset_us % 900000000 = 0
GROUP BY k.host_id HAVING count(DISTINCT k.offset_us) = 1 ORDER BY k.host_id
