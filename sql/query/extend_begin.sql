-- Rows come faster without indexes; what the rules said was said of another case.
DROP INDEX event_ts;
DROP INDEX event_file;
DROP INDEX sample_panel;
DROP INDEX event_copy_of;
