INSERT INTO finding_cause (finding_id, cause, title, points, chosen) VALUES (?1, ?2, ?3, ?4, ?5)
