#!/bin/sh
# coverage.sh BUILD: after a run of the tests built with --coverage, a line per room:
# lines run, lines there are, and the files of which the tests see least.
set -eu
build=$1
find "$build/analyzer" -name '*.gcda' | sort | while read -r data; do
	gcov -n -o "$data" "$data" 2>/dev/null
done | awk '
	/^File / { gsub(/\x27/, "", $2); file = $2 }
	/^Lines executed:/ && file ~ /^analyzer\/.*\.c$/ {
		split($0, part, /[:% ]+/)
		share[file] = part[3]
		lines[file] = part[5]
		file = ""
	}
	END {
		for (f in lines) {
			split(f, part, "/")
			room = f ~ /^analyzer\/[^\/]*$/ ? "(top)" : part[2]
			n[room] += lines[f]
			run[room] += lines[f] * share[f] / 100
			all += lines[f]
			all_run += lines[f] * share[f] / 100
		}
		for (r in n)
			printf "1 %-12s %5.1f %%  of %5d lines\n", r, 100 * run[r] / n[r], n[r] | "sort"
		close("sort")
		if (all)
			printf "2 %-12s %5.1f %%  of %5d lines\n", "all", 100 * all_run / all, all
		for (f in lines)
			if (share[f] < 80)
				printf "3 %5.1f %%  %s\n", share[f], f | "sort -k2n"
	}' | cut -c 3-
