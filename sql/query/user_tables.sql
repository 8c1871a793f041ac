-- Only prepared, never run: connects the table-valued functions that a user may name, before
-- the guards of query_of_user() are up (connecting looks like CREATE TABLE to them).
SELECT 1 FROM json_each('[]'), json_tree('[]'), pragma_table_info(''), pragma_table_xinfo(''), pragma_table_list, pragma_index_list('')
