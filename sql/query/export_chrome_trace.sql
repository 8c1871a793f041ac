-- The Trace Event Format (ui.perfetto.dev, chrome://tracing): a process a host, a thread a source; findings are slices, samples counters.
WITH hosts(host, pid) AS (SELECT host, row_number() OVER (ORDER BY host) FROM (SELECT host FROM v_timeline UNION SELECT host FROM v_sample UNION SELECT host FROM v_finding)),
lanes(source, tid) AS (SELECT source, row_number() OVER (ORDER BY source) + 1 FROM (SELECT DISTINCT source FROM v_timeline))
SELECT text FROM (
  SELECT 0 AS part, pid AS a, 0 AS b, json_object('ph', 'M', 'name', 'process_name', 'pid', pid, 'args', json_object('name', coalesce(nullif(host, ''), 'unknown host'))) AS text FROM hosts
  UNION ALL
  SELECT 1, pid, tid, json_object('ph', 'M', 'name', 'thread_name', 'pid', pid, 'tid', tid, 'args', json_object('name', source)) FROM hosts, lanes
  UNION ALL
  SELECT 1, pid, 1, json_object('ph', 'M', 'name', 'thread_name', 'pid', pid, 'tid', 1, 'args', json_object('name', 'findings')) FROM hosts
  UNION ALL
  SELECT 2, f.start_us, 0, json_object('ph', 'X', 'name', f.title, 'cat', 'finding', 'ts', f.start_us, 'dur', max(f.end_us - f.start_us, 1000), 'pid', h.pid, 'tid', 1,
         'args', json_object('rule', f.rule, 'cause', f.cause, 'severity', f.severity, 'entity', f.entity_kind || ':' || f.entity, 'points', f.points))
  FROM v_finding f JOIN hosts h USING (host)
  UNION ALL
  SELECT 3, t.ts_us, t.event_id, json_object('ph', 'i', 's', 't', 'name', substr(t.message, 1, 120), 'cat', t.kind, 'ts', t.ts_us, 'pid', h.pid, 'tid', l.tid,
         'args', json_object('message', t.message, 'place', t.file || ':' || t.line, 'entity', t.entity, 'event_id', t.event_id))
  FROM v_timeline t JOIN hosts h USING (host) JOIN lanes l USING (source)
  UNION ALL
  SELECT 4, s.ts_us, 0, json_object('ph', 'C', 'name', s.series || CASE WHEN s.entity = '' THEN '' ELSE ' ' || s.entity END || CASE WHEN s.labels IN ('', '{}') THEN '' ELSE ' ' || s.labels END,
         'ts', s.ts_us, 'pid', h.pid, 'args', json_object('value', s.value))
  FROM v_sample s JOIN hosts h USING (host) WHERE s.value IS NOT NULL
) ORDER BY part, a, b, text
