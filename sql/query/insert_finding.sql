INSERT INTO finding (id, rule, rule_version, title, severity, word, points, cause, cause_title, cause_points, entity_kind, entity, host,
  start_us, end_us, uncertainty_us, anchors, explained_by, rank, narrative, summary, advice, prevent)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
