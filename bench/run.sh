#!/bin/sh
# Ratios, in one run on one machine: ingest against the insert floor, analysis with all rules against ingest and lnav,
# CSV and JSON against what they must cost, an archive against its directory, start-up, size of the case, peak memory.
# MB and RUNS may be set; medians are printed.  Seconds are of processor time, user and system, which a busy machine
# spoils less; wall seconds stand behind them.
set -eu
MB=${MB:-200}
RUNS=${RUNS:-5}
BUILD=${BUILD:-build}
bin=$BUILD/forensics
dir=$(mktemp -d "${TMPDIR:-/tmp}/forensics-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT INT TERM

mkdir "$dir/log" "$dir/t"
log=$dir/log/kern.log csv=$dir/gpu.csv json=$dir/events.json
"$BUILD/bench/gen" "$MB" 1 log > "$log"
"$BUILD/bench/gen" "$MB" 1 csv > "$csv"
"$BUILD/bench/gen" "$MB" 1 json > "$json"
echo "nothing of interest" > "$dir/small.log"
tar -czf "$dir/log.tar.gz" -C "$dir" log

run() { # NAME COMMAND ...: one line "cpu wall KiB" more in t/NAME
	name=$1
	shift
	rm -f "$dir"/*.db
	/usr/bin/time -f '%U %S %e %M' -o "$dir/one" "$@" > "$dir/out" 2>&1 || [ $? -le 4 ]
	tail -n 1 "$dir/one" | awk '{ print $1 + $2, $3, $4 }' >> "$dir/t/$name"
}
column() { # NAME N: median of that column
	sort -n -k"$2,$2" "$dir/t/$1" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'
}
ratio() { echo "$1 $2" | awk '{ printf "%.2f", $1 / $2 }'; }
show() { # NAME TITLE [TEXT]
	printf '%-24s %7.2f s cpu %7.2f s wall %5d MiB  %s\n' "$2" "$(column "$1" 1)" "$(column "$1" 2)" "$(($(column "$1" 3) / 1024))" "${3-}"
}
against() { printf '%s x %s' "$(ratio "$(column "$1" 1)" "$(column "$2" 1)")" "$3"; }
bytes() { wc -c < "$1"; }

i=0
while [ $i -lt "$RUNS" ]; do # interleaved, so that a noisy minute hits all alike
	run read cat "$log"
	# The floor parses first, untimed: it prints its own wall seconds.
	"$BUILD/bench/floor" "$log" "$dir/f.db" >> "$dir/t/floor"
	run ingest "$bin" ingest -q "$log" -d "$dir/c.db"
	size=$(bytes "$dir/c.db")
	run analyze "$bin" analyze -q "$log" -d "$dir/c.db" -o "$dir/r.html"
	run directory "$bin" ingest -q "$dir/log" -d "$dir/c.db"
	run archive "$bin" ingest -q "$dir/log.tar.gz" -d "$dir/c.db"
	run inflate gzip -dc "$dir/log.tar.gz"
	run csv "$bin" ingest -q "$csv" -d "$dir/c.db"
	csv_size=$(bytes "$dir/c.db")
	run json "$bin" ingest -q "$json" -d "$dir/c.db"
	run json_floor "$BUILD/bench/json_floor" "$json"
	run start "$bin" analyze -q "$dir/small.log"
	! command -v lnav > /dev/null || HOME=$dir run lnav lnav -n -c ';SELECT count(*) FROM all_logs' "$log"
	i=$((i + 1))
done

echo "$(bytes "$log") bytes of kern.log, $(wc -l < "$log") lines, as many of CSV and JSON; medians of $RUNS"
printf '%-24s %7s       %7.2f s wall\n' 'insert floor' '' "$(column floor 1)"
show read 'read only'
show ingest ingest "$(ratio "$(column ingest 2)" "$(column floor 1)") x the floor (wall); case $(ratio "$size" "$(bytes "$log")") x the log"
show analyze 'analyze and HTML' "$(against analyze ingest ingest), $("$bin" rules list 2> /dev/null | awk 'NR > 1' | grep -c .) rules"
[ ! -s "$dir/t/lnav" ] || show lnav 'lnav, a count' "analyze is $(against analyze lnav lnav), wall $(ratio "$(column analyze 2)" "$(column lnav 2)")"
show directory directory
show archive tar.gz "inflation alone $(column inflate 1) s"
show csv 'nvidia-smi CSV' "$(ratio "$(($(bytes "$csv") / 1000000))" "$(column csv 1)") MB/s of cpu; case $(ratio "$csv_size" "$(bytes "$csv")") x the CSV"
show json 'kubectl JSON' "$(against json json_floor 'cJSON alone')"
show start 'start-up, all rules'
