COMMIT;
PRAGMA locking_mode = NORMAL;
