SELECT object AS view, description FROM doc WHERE column = '' ORDER BY object
