SELECT min(from_us), max(to_us) FROM coverage
