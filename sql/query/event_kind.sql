SELECT k.name FROM event e JOIN kind k ON k.id = e.kind_id WHERE e.id = ?1
