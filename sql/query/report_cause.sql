SELECT cause, title, points, chosen FROM finding_cause WHERE finding_id = ?1 ORDER BY chosen DESC, points DESC, cause
