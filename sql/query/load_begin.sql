-- A load that is killed leaves only the .partial file: no journal, no sync.
-- Debian's SQLite overwrites freed pages with zeros unless told otherwise.
PRAGMA page_size = 65536;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA secure_delete = OFF;
PRAGMA cache_size = -65536;
PRAGMA foreign_keys = OFF;
PRAGMA temp_store = MEMORY;
BEGIN;
