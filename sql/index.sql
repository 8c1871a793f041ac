-- After the load: live indexes would halve its speed.
-- Of severity too, so that whoever looks for warnings in a span of time reads no row that is none.
CREATE INDEX event_ts ON event (ts_us, severity);
CREATE INDEX event_file ON event (file_id, line);
CREATE INDEX sample_panel ON sample (panel_id, part, ts_us);
CREATE INDEX event_copy_of ON event_copy (of_id);
