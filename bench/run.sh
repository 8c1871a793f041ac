#!/bin/sh
# Ratios, in one run on one machine: ingest against the insert floor, analysis with all
# rules against ingest, peak memory.  MB and RUNS may be set; medians are printed.
set -eu
MB=${MB:-200}
RUNS=${RUNS:-5}
BUILD=${BUILD:-build}
bin=$BUILD/forensics
dir=$(mktemp -d "${TMPDIR:-/tmp}/forensics-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT INT TERM
log=$dir/kern.log

"$BUILD/bench/gen" "$MB" > "$log"
echo "kern.log: $(wc -c < "$log") bytes, $(wc -l < "$log") lines; gen $MB 1; medians of $RUNS"

seconds() { # COMMAND ...: wall seconds on stdout
	/usr/bin/time -f %e -o "$dir/t" "$@" > /dev/null 2>&1 || [ $? -eq 4 ]
	cat "$dir/t"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

: > "$dir/floor"; : > "$dir/ingest"; : > "$dir/analyze"; : > "$dir/read"
i=0
while [ $i -lt "$RUNS" ]; do # interleaved, so that a noisy minute hits all alike
	"$BUILD/bench/floor" "$log" "$dir/f.db" >> "$dir/floor"
	seconds "$bin" ingest -q "$log" -d "$dir/i.db" >> "$dir/ingest"
	seconds "$bin" analyze -q "$log" -d "$dir/a.db" >> "$dir/analyze"
	seconds cat "$log" >> "$dir/read"
	i=$((i + 1))
done
peak=$(/usr/bin/time -f %M -o "$dir/t" "$bin" analyze -q "$log" -d "$dir/a.db" > /dev/null 2>&1; cat "$dir/t")

f=$(median < "$dir/floor"); n=$(median < "$dir/ingest"); a=$(median < "$dir/analyze"); r=$(median < "$dir/read")
printf 'insert floor  %6.2f s\ningest        %6.2f s   %.2f x the floor\nanalyze       %6.2f s   %.2f x ingest (%s rules)\nread only     %6.2f s\npeak memory   %6d MiB\n' \
	"$f" "$n" "$(echo "$n / $f" | bc -l)" "$a" "$(echo "$a / $n" | bc -l)" "$("$bin" rules list 2>/dev/null | awk 'NR > 1' | grep -c .)" "$r" $((peak / 1024))
