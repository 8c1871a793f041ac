-- Where a file falls silent: what is covered, by source and host
SELECT source, host, file, strftime('%Y-%m-%dT%H:%M:%SZ', from_us / 1000000, 'unixepoch') AS first, strftime('%Y-%m-%dT%H:%M:%SZ', to_us / 1000000, 'unixepoch') AS last,
       records, unparsed, status, reason
FROM v_coverage ORDER BY host, source, from_us
