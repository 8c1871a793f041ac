-- What a signal matched in a window around the anchor and its episode, of the same entity: the surest first, then
-- as the item picks.
WITH RECURSIVE
anchor AS (SELECT *, ?2 AS until_us FROM signal_match WHERE id = ?1),
-- Errors of clocks: what two owe to a common parent cancels.
owes(clock_id, parent_id) AS (SELECT id, id FROM clock UNION SELECT o.clock_id, c.parent_id FROM owes o JOIN clock c ON c.id = o.parent_id),
apart(clock_id, us) AS (
  SELECT b.clock_id, cb.uncertainty_us + ca.uncertainty_us - 2 * max(cp.uncertainty_us)
  FROM anchor JOIN owes a ON a.clock_id = anchor.clock_id JOIN owes b ON b.parent_id = a.parent_id
  JOIN clock ca ON ca.id = a.clock_id JOIN clock cb ON cb.id = b.clock_id JOIN clock cp ON cp.id = a.parent_id
  GROUP BY b.clock_id),
candidate AS (
  SELECT m.*, f.path AS file, apart.us + anchor.u_us + m.u_us AS error_us,
    m.end_us - (anchor.start_us + ?5) AS after_begin, anchor.until_us + ?6 - m.start_us AS before_end,
    -- Lines of one log stand in their order, however unsure their time.
    anchor.event_id IS NOT NULL AND m.event_id IS NOT NULL AND anchor.file_id = m.file_id AND anchor.clock_id = m.clock_id AS one_log,
    m.line - anchor.line AS lines_on,
    -- The same entity: 2 yes, 1 not known, 0 no.
    CASE
      WHEN ?7 = 'none' THEN 2
      WHEN json_extract(anchor.entities, '$.' || ?7) IS NULL OR json_extract(m.entities, '$.' || ?7) IS NULL THEN 1
      WHEN ?7 = 'host' AND json_extract(anchor.entities, '$.host') <> json_extract(m.entities, '$.host')
        THEN json_extract(anchor.entities, '$.host') = '' OR json_extract(m.entities, '$.host') = ''
      WHEN json_extract(anchor.entities, '$.' || ?7) <> json_extract(m.entities, '$.' || ?7) THEN 0
      WHEN ?7 IN ('gpu', 'disk', 'nic') AND anchor.host <> m.host THEN anchor.host = '' OR m.host = ''
      ELSE 2
    END AS joined,
    CASE ?8
      WHEN 'first' THEN m.start_us
      WHEN 'last' THEN -m.start_us
      ELSE CASE
        WHEN m.start_us <= anchor.start_us AND m.end_us >= anchor.start_us THEN 0
        WHEN m.end_us < anchor.start_us THEN anchor.start_us - m.end_us
        ELSE m.start_us - anchor.start_us
      END
    END AS away
  FROM anchor JOIN signal_match m ON m.rule = ?3 AND m.signal = ?4 JOIN apart ON apart.clock_id = m.clock_id LEFT JOIN file f ON f.id = m.file_id
)
SELECT event_id, series_id, start_us, end_us, file, line, text
FROM candidate
WHERE after_begin >= -error_us AND before_end >= -error_us AND joined > 0
ORDER BY
  CASE sure WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 1 + (joined = 2
    AND (after_begin >= error_us OR (one_log AND lines_on >= 0 AND ?5 <= 0))
    AND (before_end >= error_us OR (one_log AND lines_on <= 0 AND ?6 >= 0))) END DESC,
  away, start_us, end_us, file, line, offset, event_id, series_id
