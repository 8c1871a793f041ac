DELETE FROM event_copy;
