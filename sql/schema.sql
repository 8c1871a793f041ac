-- The case: one SQLite file, every table STRICT, opened by any SQLite 3.40.
-- Views (views.sql) are the public face and only grow; tables may change with
-- user_version.  Times are microseconds UTC since 1970 unless a comment says otherwise.
PRAGMA application_id = 0x464F5252; -- 'FORR'
PRAGMA user_version = 2;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;

-- What every view and column means: SELECT * FROM doc WHERE object = 'v_timeline'.
CREATE TABLE doc (
  object TEXT NOT NULL, column TEXT NOT NULL, unit TEXT, description TEXT NOT NULL, example TEXT,
  PRIMARY KEY (object, column)
) STRICT, WITHOUT ROWID;

CREATE TABLE bundle (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, files INTEGER NOT NULL,
  collected_us INTEGER, damage TEXT
) STRICT;

-- What collectors left behind: a bundle may hold what several of them made, or none.
CREATE TABLE layout (
  bundle_id INTEGER NOT NULL REFERENCES bundle(id) DEFERRABLE INITIALLY DEFERRED,
  root TEXT NOT NULL, -- path of all that belongs to it
  title TEXT NOT NULL, lacks TEXT -- what such a collector never takes
) STRICT;

CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT; -- '' = not known

-- Something times are read off: utc = reading + offset_us, to +- uncertainty_us.
CREATE TABLE clock (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, host_id INTEGER NOT NULL REFERENCES host(id), scope TEXT NOT NULL,
  part INTEGER NOT NULL, offset_us INTEGER NOT NULL, uncertainty_us INTEGER NOT NULL, solved INTEGER NOT NULL,
  parent_id INTEGER NOT NULL, -- solved through: errors owed to a common parent cancel
  parent_error_us INTEGER NOT NULL DEFAULT 0, -- of the difference to it
  basis TEXT NOT NULL, note TEXT, -- evidence that contradicts other evidence
  first_us INTEGER, last_us INTEGER
) STRICT;

-- One member of a bundle, or a part of one that another source read: the path is the member's.
CREATE TABLE file (
  id INTEGER PRIMARY KEY, bundle_id INTEGER NOT NULL REFERENCES bundle(id) DEFERRABLE INITIALLY DEFERRED,
  path TEXT NOT NULL, source TEXT, -- NULL: nobody recognised it
  status TEXT NOT NULL,            -- ok, partial, damaged, skipped, unknown, duplicate
  reason TEXT, sha256 TEXT, bytes INTEGER NOT NULL, records INTEGER NOT NULL, unparsed INTEGER NOT NULL,
  cover TEXT NOT NULL,             -- span, append, snapshot, polled, excerpt: how far its silence can be trusted
  part_of INTEGER REFERENCES file(id), -- NULL: it is a member itself
  host_id INTEGER NOT NULL DEFAULT 0 REFERENCES host(id) DEFERRABLE INITIALLY DEFERRED -- whose records that name no host are
) STRICT;

-- What one clock covers in one file; a file with two boots has two rows.
CREATE TABLE coverage (
  file_id INTEGER NOT NULL REFERENCES file(id), clock_id INTEGER NOT NULL REFERENCES clock(id), host_id INTEGER NOT NULL REFERENCES host(id),
  records INTEGER NOT NULL, from_us INTEGER, to_us INTEGER,
  PRIMARY KEY (file_id, clock_id, host_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE kind (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE entity (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL) STRICT; -- 0 = none
CREATE TABLE entity_link (
  from_id INTEGER NOT NULL REFERENCES entity(id), relation TEXT NOT NULL, to_id INTEGER NOT NULL REFERENCES entity(id),
  valid_from_us INTEGER, valid_to_us INTEGER
) STRICT;

-- One parsed record.
CREATE TABLE event (
  id INTEGER PRIMARY KEY, ts_us INTEGER NOT NULL,
  u_us INTEGER NOT NULL,          -- its own error, besides the clock's
  clock_id INTEGER NOT NULL REFERENCES clock(id), severity INTEGER, -- syslog level, NULL unknown
  file_id INTEGER NOT NULL REFERENCES file(id), line INTEGER NOT NULL, lines INTEGER NOT NULL, offset INTEGER NOT NULL,
  host_id INTEGER NOT NULL REFERENCES host(id), kind_id INTEGER NOT NULL REFERENCES kind(id), entity_id INTEGER NOT NULL REFERENCES entity(id),
  message TEXT NOT NULL, attrs TEXT -- JSON object
) STRICT;

-- One kernel line that several logs kept: id is of_id once more.  Both are rows of event.
CREATE TABLE event_copy (id INTEGER PRIMARY KEY REFERENCES event, of_id INTEGER NOT NULL REFERENCES event) STRICT;

-- A line that no parser could read: kept, counted, shown.
CREATE TABLE reject (
  id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES file(id), line INTEGER NOT NULL, offset INTEGER NOT NULL,
  text TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;

-- A state of a host that has no instant of its own.
CREATE TABLE fact (
  host_id INTEGER NOT NULL REFERENCES host(id), key TEXT NOT NULL, value TEXT NOT NULL, file_id INTEGER NOT NULL REFERENCES file(id), line INTEGER NOT NULL
) STRICT;

CREATE TABLE series (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, host_id INTEGER NOT NULL REFERENCES host(id),
  entity_id INTEGER NOT NULL REFERENCES entity(id), labels TEXT NOT NULL -- JSON object, keys sorted
) STRICT;
-- A panel is a list of series sampled together; a row of a CSV is one row of sample, value i in v<i>.
-- Panels of more than 32 series take several rows, numbered by part.
CREATE TABLE panel (
  panel_id INTEGER NOT NULL, part INTEGER NOT NULL, pos INTEGER NOT NULL, series_id INTEGER NOT NULL REFERENCES series(id),
  PRIMARY KEY (panel_id, part, pos)
) STRICT, WITHOUT ROWID;
CREATE TABLE sample (
  id INTEGER PRIMARY KEY, panel_id INTEGER NOT NULL, part INTEGER NOT NULL, ts_us INTEGER NOT NULL, u_us INTEGER NOT NULL,
  clock_id INTEGER NOT NULL REFERENCES clock(id), file_id INTEGER NOT NULL REFERENCES file(id), line INTEGER NOT NULL, offset INTEGER NOT NULL,
  v0 REAL, v1 REAL, v2 REAL, v3 REAL, v4 REAL, v5 REAL, v6 REAL, v7 REAL,
  v8 REAL, v9 REAL, v10 REAL, v11 REAL, v12 REAL, v13 REAL, v14 REAL, v15 REAL,
  v16 REAL, v17 REAL, v18 REAL, v19 REAL, v20 REAL, v21 REAL, v22 REAL, v23 REAL,
  v24 REAL, v25 REAL, v26 REAL, v27 REAL, v28 REAL, v29 REAL, v30 REAL, v31 REAL
) STRICT;

-- ---- what the rules said (replaced by every `match`) ----
CREATE TABLE rule (
  id TEXT PRIMARY KEY, version INTEGER NOT NULL, title TEXT NOT NULL, severity TEXT NOT NULL, status TEXT NOT NULL, file TEXT NOT NULL,
  refs TEXT NOT NULL,               -- JSON array
  needs TEXT NOT NULL               -- JSON array of the sources it reads
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
  id TEXT PRIMARY KEY, rule TEXT NOT NULL REFERENCES rule(id), rule_version INTEGER NOT NULL, title TEXT NOT NULL, severity TEXT NOT NULL,
  word TEXT NOT NULL, points INTEGER NOT NULL, cause TEXT, cause_title TEXT, cause_points INTEGER,
  entity_kind TEXT NOT NULL, entity TEXT NOT NULL, host TEXT NOT NULL,
  start_us INTEGER NOT NULL, end_us INTEGER NOT NULL, uncertainty_us INTEGER NOT NULL, anchors INTEGER NOT NULL,
  explained_by TEXT, rank INTEGER NOT NULL, -- order of presentation, 1 first
  narrative TEXT NOT NULL, summary TEXT NOT NULL,
  advice TEXT NOT NULL, prevent TEXT NOT NULL -- JSON arrays of Markdown
) STRICT, WITHOUT ROWID;
-- Exclusive causes, each scored alone.
CREATE TABLE finding_cause (
  finding_id TEXT NOT NULL REFERENCES finding(id), cause TEXT NOT NULL, title TEXT NOT NULL, points INTEGER NOT NULL, chosen INTEGER NOT NULL,
  PRIMARY KEY (finding_id, cause)
) STRICT, WITHOUT ROWID;
-- One row an item of the rule, in its order: what it asked, what was found.
CREATE TABLE ledger (
  finding_id TEXT NOT NULL REFERENCES finding(id), seq INTEGER NOT NULL,
  cause TEXT,                       -- NULL: the rule's own item
  signal TEXT NOT NULL, role TEXT NOT NULL, -- anchor, require, support, against
  state TEXT NOT NULL,              -- seen, possible, absent, unknown
  weight INTEGER NOT NULL, points INTEGER NOT NULL, why TEXT, source TEXT, collect TEXT,
  PRIMARY KEY (finding_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
  finding_id TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL,
  event_id INTEGER REFERENCES event(id), -- NULL: a run of a series, or an aggregate
  series_id INTEGER REFERENCES series(id),
  ts_us INTEGER NOT NULL, end_us INTEGER NOT NULL, file_id INTEGER REFERENCES file(id), line INTEGER, offset INTEGER, text TEXT NOT NULL,
  PRIMARY KEY (finding_id, seq, n)
) STRICT, WITHOUT ROWID;
-- What the signals of rules with findings matched: `explain --sql` asks here.
CREATE TABLE signal_match (
  id INTEGER PRIMARY KEY, rule TEXT NOT NULL, signal TEXT NOT NULL, start_us INTEGER NOT NULL, end_us INTEGER NOT NULL,
  u_us INTEGER NOT NULL, clock_id INTEGER NOT NULL REFERENCES clock(id), host TEXT NOT NULL,
  entities TEXT NOT NULL,           -- JSON object: kind -> what it belongs to
  event_id INTEGER REFERENCES event(id), series_id INTEGER REFERENCES series(id), file_id INTEGER REFERENCES file(id), line INTEGER NOT NULL, offset INTEGER NOT NULL,
  text TEXT NOT NULL,
  sure INTEGER NOT NULL             -- 2 yes; 1 a step of it is only possible; 0 coverage does not prove it
) STRICT;
CREATE TABLE undecidable (
  rule TEXT NOT NULL, entity TEXT NOT NULL, host TEXT NOT NULL, ts_us INTEGER, signal TEXT NOT NULL, source TEXT NOT NULL, collect TEXT NOT NULL,
  file_id INTEGER REFERENCES file(id), line INTEGER, text TEXT -- of the anchor; NULL: it could not be looked for
) STRICT;
CREATE TABLE near_miss (
  rule TEXT NOT NULL, entity TEXT NOT NULL, host TEXT NOT NULL, ts_us INTEGER, points INTEGER NOT NULL, missing TEXT NOT NULL, -- JSON array
  file_id INTEGER REFERENCES file(id), line INTEGER, text TEXT -- of the anchor
) STRICT;
CREATE TABLE incident (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, severity TEXT NOT NULL, start_us INTEGER NOT NULL, end_us INTEGER NOT NULL,
  recovered_us INTEGER, root_finding_id TEXT NOT NULL REFERENCES finding(id)
) STRICT, WITHOUT ROWID;
CREATE TABLE incident_finding (
  incident_id TEXT NOT NULL REFERENCES incident(id), finding_id TEXT NOT NULL REFERENCES finding(id), PRIMARY KEY (incident_id, finding_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE incident_entry (
  incident_id TEXT NOT NULL REFERENCES incident(id), n INTEGER NOT NULL, ts_us INTEGER NOT NULL, event_id INTEGER REFERENCES event(id),
  role TEXT NOT NULL, -- change, cause, symptom, recovery, context
  file_id INTEGER REFERENCES file(id), line INTEGER, text TEXT NOT NULL,
  repeats INTEGER NOT NULL DEFAULT 1, until_us INTEGER, -- lines of one shape folded into it, until the last of them
  PRIMARY KEY (incident_id, n)
) STRICT, WITHOUT ROWID;

-- Warnings and worse, by shape of message (filled when matching: known = a rule read one of them).
CREATE TABLE template (
  template TEXT PRIMARY KEY, count INTEGER NOT NULL, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, severity INTEGER, known INTEGER NOT NULL,
  example_id INTEGER NOT NULL REFERENCES event(id)
) STRICT, WITHOUT ROWID;
