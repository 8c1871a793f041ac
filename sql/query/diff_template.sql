SELECT template, NULL, count FROM template ORDER BY template
