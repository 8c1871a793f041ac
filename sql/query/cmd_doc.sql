-- A row without a column describes the object itself; columns come as the view has them.
SELECT d.object, d.column, d.unit, d.description
FROM doc d LEFT JOIN pragma_table_info(d.object) p ON p.name = d.column
WHERE ?1 IS NULL OR d.object = ?1 ORDER BY d.object, d.column <> '', p.cid
