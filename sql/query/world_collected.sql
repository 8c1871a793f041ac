SELECT max(collected_us) FROM bundle
