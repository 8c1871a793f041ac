-- OTLP/JSON logs, one LogsData a line, as the collector's otlpjsonfile receiver reads them (opentelemetry-proto logs/v1/logs.proto).
SELECT json_object('resourceLogs', json_array(json_object(
  'resource', json_object('attributes', json_array(json_object('key', 'host.name', 'value', json_object('stringValue', host)))),
  'scopeLogs', json_array(json_object('scope', json_object('name', 'forensics'), 'logRecords', json_array(json_object(
    'timeUnixNano', cast(ts_us AS TEXT) || '000', 'observedTimeUnixNano', cast(ts_us AS TEXT) || '000',
    'severityNumber', CASE WHEN severity IS NULL THEN 0 WHEN severity <= 1 THEN 23 - severity WHEN severity = 2 THEN 21 WHEN severity = 3 THEN 17
                           WHEN severity = 4 THEN 13 WHEN severity = 5 THEN 10 WHEN severity = 6 THEN 9 ELSE 5 END,
    'severityText', coalesce(CASE severity WHEN 0 THEN 'emerg' WHEN 1 THEN 'alert' WHEN 2 THEN 'crit' WHEN 3 THEN 'err' WHEN 4 THEN 'warning' WHEN 5 THEN 'notice'
                                           WHEN 6 THEN 'info' WHEN 7 THEN 'debug' END, ''),
    'body', json_object('stringValue', message),
    'attributes', json_array(
      json_object('key', 'log.file.path', 'value', json_object('stringValue', file)),
      json_object('key', 'log.file.line', 'value', json_object('intValue', cast(line AS TEXT))),
      json_object('key', 'log.source', 'value', json_object('stringValue', source)),
      json_object('key', 'event.name', 'value', json_object('stringValue', kind)),
      json_object('key', 'forensics.entity', 'value', json_object('stringValue', entity)),
      json_object('key', 'forensics.event_id', 'value', json_object('intValue', cast(event_id AS TEXT))),
      json_object('key', 'forensics.uncertainty_us', 'value', json_object('intValue', cast(uncertainty_us AS TEXT)))))))))))
FROM v_timeline ORDER BY ts_us, event_id
