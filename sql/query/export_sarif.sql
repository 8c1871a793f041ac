-- SARIF 2.1.0, one document: a result a finding, its evidence as a code flow in order of time.
SELECT json_object('$schema', 'https://json.schemastore.org/sarif-2.1.0.json', 'version', '2.1.0', 'runs', json_array(json_object(
  'tool', json_object('driver', json_object('name', 'forensics', 'version', ?1, 'rules', json(
    (SELECT json_group_array(json_object('id', r.id, 'shortDescription', json_object('text', r.title),
       'defaultConfiguration', json_object('level', CASE r.severity WHEN 'critical' THEN 'error' WHEN 'high' THEN 'error' WHEN 'medium' THEN 'warning' ELSE 'note' END)))
     FROM (SELECT * FROM rule ORDER BY id) r)))),
  'results', (SELECT json_group_array(json(result)) FROM (
    SELECT json_object('ruleId', f.rule, 'level', CASE f.severity WHEN 'critical' THEN 'error' WHEN 'high' THEN 'error' WHEN 'medium' THEN 'warning' ELSE 'note' END,
      'message', json_object('text', f.title || coalesce(': ' || nullif(f.narrative, ''), '')),
      'partialFingerprints', json_object('forensics/v1', f.finding_id),
      'properties', json_object('cause', f.cause, 'word', f.word, 'points', f.points, 'host', f.host, 'entity', f.entity_kind || ':' || f.entity,
                                'start', f.start, 'end', f.end, 'explainedBy', f.explained_by),
      'locations', json(coalesce((SELECT json_array(json_object('physicalLocation', json_object('artifactLocation', json_object('uri', replace(replace(v.file, '%', '%25'), ' ', '%20')),
         'region', json_object('startLine', max(v.line, 1), 'snippet', json_object('text', v.message)))))
         FROM v_evidence v WHERE v.finding_id = f.finding_id AND v.role = 'anchor' AND v.file IS NOT NULL ORDER BY v.ts_us, v.line LIMIT 1), '[]')),
      'codeFlows', json_array(json_object('threadFlows', json_array(json_object('locations', json(coalesce((
         SELECT json_group_array(json_object('executionOrder', n, 'importance', CASE WHEN role = 'anchor' THEN 'essential' ELSE 'important' END,
           'location', json_object('message', json_object('text', signal || ' (' || role || '): ' || message),
             'physicalLocation', json_object('artifactLocation', json_object('uri', replace(replace(file, '%', '%25'), ' ', '%20')), 'region', json_object('startLine', max(line, 1))))))
         FROM (SELECT row_number() OVER (ORDER BY ts_us, seq, line) AS n, * FROM v_evidence WHERE finding_id = f.finding_id AND file IS NOT NULL
               ORDER BY ts_us, seq, line LIMIT 1000)), '[]'))))))
    ) AS result FROM v_finding f ORDER BY (SELECT rank FROM finding WHERE id = f.finding_id))))))
