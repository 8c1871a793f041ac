SELECT key, value FROM meta WHERE key IN ('version', 'rules')
