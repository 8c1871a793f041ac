-- What Timesketch's importer asks for: message, datetime, timestamp (us), timestamp_desc.
SELECT message, time AS datetime, ts_us AS timestamp, 'Event Logged' AS timestamp_desc, source, host AS hostname, entity, severity, kind,
       attrs, file, line, offset, event_id
FROM v_timeline ORDER BY ts_us, event_id
