-- The public face (contract section 3).  Views only grow.
CREATE VIEW v_timeline AS
SELECT e.id AS event_id, e.ts_us AS ts_us,
       strftime('%Y-%m-%dT%H:%M:%S', (e.ts_us - (e.ts_us % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch') ||
       printf('.%06dZ', (e.ts_us % 1000000 + 1000000) % 1000000) AS time,
       e.u_us + c.uncertainty_us AS uncertainty_us, c.kind || coalesce(': ' || nullif(c.basis, ''), '') AS clock,
       f.source AS source, h.name AS host,
       CASE WHEN e.entity_id = 0 THEN '' ELSE n.kind || ':' || n.name END AS entity,
       e.severity AS severity, k.name AS kind, e.message AS message, e.attrs AS attrs,
       f.path AS file, e.line AS line, e.offset AS offset,
       (SELECT group_concat(f2.path || ':' || e2.line, ', ') FROM event_copy x JOIN event e2 ON e2.id = x.id JOIN file f2 ON f2.id = e2.file_id
        WHERE x.of_id = e.id) AS also
FROM event e JOIN clock c ON c.id = e.clock_id JOIN file f ON f.id = e.file_id JOIN host h ON h.id = e.host_id
JOIN kind k ON k.id = e.kind_id JOIN entity n ON n.id = e.entity_id
WHERE NOT EXISTS (SELECT 1 FROM event_copy x WHERE x.id = e.id);

-- The rows that v_timeline shows under another one.
CREATE VIEW v_copy AS
SELECT x.id AS event_id, x.of_id AS same_as, f.source AS source, f.path AS file, e.line AS line, e.offset AS offset
FROM event_copy x JOIN event e ON e.id = x.id JOIN file f ON f.id = e.file_id;

CREATE VIEW v_sample AS
SELECT s.ts_us AS ts_us,
       strftime('%Y-%m-%dT%H:%M:%S', (s.ts_us - (s.ts_us % 1000000 + 1000000) % 1000000) / 1000000, 'unixepoch') ||
       printf('.%06dZ', (s.ts_us % 1000000 + 1000000) % 1000000) AS time,
       r.name AS series, h.name AS host, CASE WHEN r.entity_id = 0 THEN '' ELSE n.kind || ':' || n.name END AS entity,
       r.labels AS labels,
       CASE p.pos WHEN 0 THEN v0 WHEN 1 THEN v1 WHEN 2 THEN v2 WHEN 3 THEN v3 WHEN 4 THEN v4 WHEN 5 THEN v5 WHEN 6 THEN v6
         WHEN 7 THEN v7 WHEN 8 THEN v8 WHEN 9 THEN v9 WHEN 10 THEN v10 WHEN 11 THEN v11 WHEN 12 THEN v12 WHEN 13 THEN v13
         WHEN 14 THEN v14 WHEN 15 THEN v15 WHEN 16 THEN v16 WHEN 17 THEN v17 WHEN 18 THEN v18 WHEN 19 THEN v19
         WHEN 20 THEN v20 WHEN 21 THEN v21 WHEN 22 THEN v22 WHEN 23 THEN v23 WHEN 24 THEN v24 WHEN 25 THEN v25
         WHEN 26 THEN v26 WHEN 27 THEN v27 WHEN 28 THEN v28 WHEN 29 THEN v29 WHEN 30 THEN v30 ELSE v31 END AS value,
       r.unit AS unit, f.path AS file, s.line AS line
FROM sample s JOIN panel p ON p.panel_id = s.panel_id AND p.part = s.part JOIN series r ON r.id = p.series_id
JOIN host h ON h.id = r.host_id JOIN entity n ON n.id = r.entity_id JOIN file f ON f.id = s.file_id;

CREATE VIEW v_finding AS
SELECT id AS finding_id, rule, title, severity, word, points, cause, entity_kind, entity, host,
       start_us, strftime('%Y-%m-%dT%H:%M:%S', start_us / 1000000, 'unixepoch') || printf('.%06dZ', start_us % 1000000) AS start,
       end_us, strftime('%Y-%m-%dT%H:%M:%S', end_us / 1000000, 'unixepoch') || printf('.%06dZ', end_us % 1000000) AS end,
       explained_by, narrative
FROM finding ORDER BY rank;

CREATE VIEW v_evidence AS
SELECT l.finding_id AS finding_id, d.rule AS rule, l.signal AS signal, l.role AS role, l.state AS state,
       CASE WHEN coalesce(v.n, 0) = 0 THEN l.points ELSE 0 END AS points, v.event_id AS event_id, v.ts_us AS ts_us,
       strftime('%Y-%m-%dT%H:%M:%S', v.ts_us / 1000000, 'unixepoch') || printf('.%06dZ', v.ts_us % 1000000) AS time,
       coalesce(f.source, l.source) AS source, f.path AS file, v.line AS line, v.text AS message, l.cause AS cause, l.seq AS seq
FROM ledger l JOIN finding d ON d.id = l.finding_id
LEFT JOIN evidence v ON v.finding_id = l.finding_id AND v.seq = l.seq
LEFT JOIN file f ON f.id = v.file_id;

CREATE VIEW v_incident AS
SELECT i.id AS incident_id, i.title AS title, i.severity AS severity, i.start_us AS start_us,
       strftime('%Y-%m-%dT%H:%M:%S', i.start_us / 1000000, 'unixepoch') || printf('.%06dZ', i.start_us % 1000000) AS start,
       i.end_us AS end_us, strftime('%Y-%m-%dT%H:%M:%S', i.end_us / 1000000, 'unixepoch') || printf('.%06dZ', i.end_us % 1000000) AS end,
       i.recovered_us AS recovered_us, i.root_finding_id AS root_finding_id,
       (SELECT count(*) FROM incident_finding x WHERE x.incident_id = i.id) AS findings
FROM incident i;

CREATE VIEW v_incident_timeline AS
SELECT t.incident_id AS incident_id, t.event_id AS event_id, t.ts_us AS ts_us,
       strftime('%Y-%m-%dT%H:%M:%S', t.ts_us / 1000000, 'unixepoch') || printf('.%06dZ', t.ts_us % 1000000) AS time,
       t.role AS role, f.source AS source, coalesce(h.name, '') AS host,
       CASE WHEN coalesce(e.entity_id, 0) = 0 THEN '' ELSE n.kind || ':' || n.name END AS entity,
       t.text AS message, f.path AS file, t.line AS line, t.repeats AS repeats, t.until_us AS until_us
FROM incident_entry t LEFT JOIN event e ON e.id = t.event_id LEFT JOIN host h ON h.id = e.host_id
LEFT JOIN entity n ON n.id = e.entity_id LEFT JOIN file f ON f.id = t.file_id;

CREATE VIEW v_coverage AS
SELECT f.source AS source, h.name AS host, f.path AS file, c.from_us AS from_us, c.to_us AS to_us, c.records AS records,
       f.unparsed AS unparsed, k.kind || coalesce(': ' || nullif(k.basis, ''), '') AS clock, k.uncertainty_us AS uncertainty_us,
       f.status AS status, f.reason AS reason
FROM file f LEFT JOIN coverage c ON c.file_id = f.id LEFT JOIN host h ON h.id = c.host_id LEFT JOIN clock k ON k.id = c.clock_id
WHERE f.part_of IS NULL OR (f.source IS NOT NULL AND f.status <> 'duplicate');

-- Clocks that files were read off, and those of hosts that run wrong; the same one of several files once.
CREATE VIEW v_clock AS
SELECT k.kind AS kind, coalesce(h.name, '') AS host, min(k.scope) AS file, count(DISTINCT k.scope) AS files, k.offset_us AS offset_us,
       k.uncertainty_us AS uncertainty_us, k.solved AS solved, k.basis AS basis, max(k.note) AS contradiction, min(k.first_us) AS from_us, max(k.last_us) AS to_us
FROM clock k LEFT JOIN host h ON h.id = k.host_id
WHERE k.first_us IS NOT NULL OR k.note IS NOT NULL OR (k.kind = 'host' AND k.offset_us <> 0)
GROUP BY k.kind, coalesce(h.name, ''), CASE WHEN k.kind IN ('age', 'unstamped') THEN '' ELSE k.scope END, k.offset_us, k.uncertainty_us, k.solved, k.basis
HAVING max(k.first_us) IS NOT NULL OR k.kind <> 'local' OR max(k.note) IS NOT NULL;

CREATE VIEW v_input AS
SELECT path AS file, sha256, bytes, source, status, reason FROM file WHERE part_of IS NULL;

CREATE VIEW v_package AS
SELECT t.ts_us AS ts_us, t.time AS time, t.host AS host, t.attrs ->> 'action' AS action, t.attrs ->> 'package' AS package,
       t.attrs ->> 'arch' AS arch, t.attrs ->> 'version_from' AS version_from, t.attrs ->> 'version_to' AS version_to,
       t.attrs ->> 'commandline' AS commandline, t.attrs ->> 'requested_by' AS requested_by, t.file AS file, t.line AS line
FROM v_timeline t WHERE t.kind GLOB 'apt.*' OR t.kind GLOB 'dpkg.*';

CREATE VIEW v_gpu AS
SELECT ts_us, time, host, entity AS gpu,
       max(value) FILTER (WHERE series = 'gpu.memory.used') / 1048576.0 AS memory_used_mib,
       max(value) FILTER (WHERE series = 'gpu.memory.total') / 1048576.0 AS memory_total_mib,
       max(value) FILTER (WHERE series = 'gpu.utilization') AS utilization_pct,
       max(value) FILTER (WHERE series = 'gpu.temperature') AS temperature_c,
       max(value) FILTER (WHERE series = 'gpu.power.draw') AS power_w,
       max(value) FILTER (WHERE series = 'gpu.clock.sm') / 1e6 AS sm_clock_mhz,
       group_concat(CASE WHEN series = 'gpu.throttle' AND value > 0 THEN labels ->> 'reason' END, ',') AS throttle,
       file, line
FROM v_sample WHERE series GLOB 'gpu.*' AND series NOT GLOB 'gpu.process.*' GROUP BY file, line, entity;

-- One row an event, at its last occurrence.  Tables give ages only: their first is so long before.
CREATE VIEW v_k8s_event AS
SELECT ts_us,
       coalesce(attrs ->> 'first', strftime('%Y-%m-%dT%H:%M:%S', (ts_us - cast(coalesce(attrs ->> 'span_s', 0) * 1000000 AS INTEGER)) / 1000000,
                'unixepoch') || '.000000Z') AS first,
       coalesce(attrs ->> 'last', time) AS last, attrs ->> 'count' AS count, attrs ->> 'type' AS type,
       attrs ->> 'reason' AS reason, attrs ->> 'object_kind' AS kind, attrs ->> 'namespace' AS namespace, attrs ->> 'name' AS name,
       attrs ->> 'node' AS node, attrs ->> 'component' AS component, message, file, line
FROM v_timeline WHERE kind = 'k8s.event' AND coalesce(attrs ->> 'occurrence', 'last') = 'last';

CREATE VIEW v_boot AS
SELECT h.name AS host, c.offset_us AS boot_us,
       strftime('%Y-%m-%dT%H:%M:%S', c.offset_us / 1000000, 'unixepoch') || printf('.%06dZ', c.offset_us % 1000000) AS boot,
       (SELECT e.attrs ->> 'kernel' FROM event e JOIN kind k ON k.id = e.kind_id WHERE e.clock_id = c.id AND k.name = 'kernel.boot' ORDER BY e.id LIMIT 1) AS kernel,
       c.uncertainty_us AS uncertainty_us, c.basis AS basis
FROM clock c JOIN host h ON h.id = c.host_id WHERE c.kind = 'boot' AND c.solved AND c.first_us IS NOT NULL;

CREATE VIEW v_entity AS
SELECT e.kind AS kind, e.name AS id, a.name AS alias
FROM entity e LEFT JOIN entity_link l ON l.relation = 'is' AND (l.from_id = e.id OR l.to_id = e.id)
LEFT JOIN entity a ON a.id = CASE WHEN l.from_id = e.id THEN l.to_id ELSE l.from_id END
WHERE e.id <> 0;

CREATE VIEW v_entity_link AS
SELECT a.kind || ':' || a.name AS "from", l.relation AS relation, b.kind || ':' || b.name AS "to",
       l.valid_from_us AS valid_from_us, l.valid_to_us AS valid_to_us
FROM entity_link l JOIN entity a ON a.id = l.from_id JOIN entity b ON b.id = l.to_id;

CREATE VIEW v_unparsed AS
SELECT f.path AS file, r.line AS line, r.offset AS offset, r.text AS text, r.reason AS reason
FROM reject r JOIN file f ON f.id = r.file_id;

-- Messages with their numbers, hex words, paths and quoted texts taken out: the unknown errors first.
CREATE VIEW v_template AS
SELECT t.template AS template, t.count AS count,
       strftime('%Y-%m-%dT%H:%M:%S', t.first_us / 1000000, 'unixepoch') || printf('.%06dZ', t.first_us % 1000000) AS first,
       strftime('%Y-%m-%dT%H:%M:%S', t.last_us / 1000000, 'unixepoch') || printf('.%06dZ', t.last_us % 1000000) AS last,
       t.severity AS severity, t.known AS known
FROM template t ORDER BY t.known, t.severity IS NULL, t.count DESC, t.template;

-- What a case is, in a few lines; of long lists the first.
CREATE VIEW v_card AS
WITH machine AS (
  SELECT DISTINCT name FROM host WHERE name <> '' AND (id IN (SELECT host_id FROM file) OR id IN (SELECT host_id FROM coverage) OR id IN (SELECT host_id FROM fact))
), reach AS (
  SELECT min(c.from_us) AS lo, max(c.to_us) AS hi FROM coverage c JOIN clock k ON k.id = c.clock_id WHERE k.uncertainty_us < 86400000000
), boots AS (
  SELECT host, count(*) AS n, min(boot_us) AS first, group_concat(DISTINCT kernel) AS kernels FROM v_boot GROUP BY host
), told AS (
  SELECT DISTINCT h.name AS host, f.key AS key, f.value AS value FROM fact f JOIN host h ON h.id = f.host_id
), row (n, item, value) AS (
  SELECT 1, 'bundle', b.name || ': ' ||
         coalesce((SELECT group_concat(what, ', ') FROM (
                     SELECT l.title || CASE WHEN count(*) > 1 THEN ' (' || count(*) || ')' ELSE '' END AS what
                     FROM layout l WHERE l.bundle_id = b.id GROUP BY l.title ORDER BY min(l.root))),
                  CASE b.files WHEN 1 THEN 'a single file' ELSE 'files in no layout that is known' END) ||
         ', ' || b.files || CASE b.files WHEN 1 THEN ' file' ELSE ' files' END ||
         coalesce(', ' || nullif((SELECT count(*) FROM file f WHERE f.bundle_id = b.id AND f.status = 'duplicate' AND f.part_of IS NULL), 0) || ' of them copies', '') ||
         coalesce(', ' || nullif((SELECT count(*) FROM file f WHERE f.bundle_id = b.id AND f.status IN ('partial', 'damaged', 'skipped')), 0) || ' cut or not read', '')
  FROM bundle b
  UNION ALL
  SELECT 2, 'hosts', (SELECT group_concat(name, ', ') FROM (SELECT name FROM machine ORDER BY name LIMIT 6)) ||
         CASE WHEN count(*) > 6 THEN ' and ' || (count(*) - 6) || ' more' ELSE '' END FROM machine
  UNION ALL
  SELECT 3, 'time', strftime('%Y-%m-%d %H:%M:%S', lo / 1000000, 'unixepoch') || ' to ' || strftime('%Y-%m-%d %H:%M:%S', hi / 1000000, 'unixepoch') || ' UTC' FROM reach
  UNION ALL
  SELECT 4, 'boots', (SELECT group_concat(b, ', ') FROM (
           SELECT CASE WHEN (SELECT count(*) FROM boots) > 1 THEN host || ' ' ELSE '' END || n ||
                  CASE WHEN n = 1 THEN ', ' || strftime('%Y-%m-%d %H:%M:%S', first / 1000000, 'unixepoch') ELSE '' END AS b FROM boots ORDER BY host LIMIT 6)) ||
         CASE WHEN count(*) > 6 THEN ' and ' || (count(*) - 6) || ' hosts more' ELSE '' END FROM boots
  UNION ALL
  SELECT 5, 'kernel', (SELECT group_concat(k, ', ') FROM (
           SELECT value AS k FROM told WHERE key = 'kernel.release' UNION SELECT kernel FROM v_boot WHERE kernel IS NOT NULL ORDER BY 1 LIMIT 4))
  UNION ALL
  SELECT 6, 'driver', (SELECT group_concat(value, ', ') FROM (SELECT DISTINCT value FROM told WHERE key = 'driver.version' ORDER BY 1 LIMIT 4))
  UNION ALL
  SELECT 7, 'GPUs', (SELECT group_concat(n || ' x ' || value, ', ') FROM (
           SELECT count(*) AS n, value FROM told WHERE key GLOB 'gpu.*.name' GROUP BY value ORDER BY 1 DESC, 2 LIMIT 4))
  UNION ALL
  SELECT 8, 'cluster', (SELECT group_concat(what, ', ') FROM (
           SELECT count(*) || ' ' || kind || CASE WHEN count(*) > 1 THEN 's' ELSE '' END AS what FROM entity
           WHERE kind IN ('node', 'pod', 'deployment', 'vm') GROUP BY kind ORDER BY kind))
  UNION ALL
  SELECT 9, 'lacks', group_concat(title || ' never takes ' || lacks, '; ') FROM (SELECT DISTINCT title, lacks FROM layout WHERE lacks IS NOT NULL ORDER BY title)
)
SELECT item, value FROM row WHERE value IS NOT NULL ORDER BY n, value;
