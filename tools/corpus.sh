#!/bin/sh
# corpus.sh FORENSICS CORPUS: reads every file of a directory of other people's logs that MANIFEST.tsv
# names, and prints which source took it and what share of its lines was parsed.  The last line sums up.
# Exit 1 when a file is below 99.5 % (or what its line there says) or was taken by somebody else than tools/corpus.want allows.
set -u
LC_ALL=C
export LC_ALL
forensics=$1
corpus=$2

if [ ! -f "$corpus/MANIFEST.tsv" ]; then
	echo "skipped: there is no $corpus"
	exit 0
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# 4: some input was damaged; which, the table says.
"$forensics" ingest "$corpus" -d "$tmp/case.db" -q >"$tmp/log" 2>&1
case $? in 0 | 4) ;; *) cat "$tmp/log"; exit 1 ;; esac
"$forensics" sql -q -d "$tmp/case.db" --mode csv >"$tmp/read" "
SELECT i.file, coalesce(nullif(i.source, ''), 'unknown'),
       coalesce((SELECT sum(c.records) FROM v_coverage c WHERE c.file = i.file), 0),
       coalesce((SELECT sum(1 + length(u.text) - length(replace(u.text, char(10), ''))) FROM v_unparsed u WHERE u.file = i.file), 0), i.status
FROM v_input i ORDER BY i.file" || exit 1

lines_of() { # FILE: its lines that are not blank, unpacked
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*.bz2) bzip2 -dc "$1" ;;
	*.tgz) tar -xzOf "$1" ;;
	*) cat "$1" ;;
	esac 2>/dev/null | tr -d '\000' | grep -ac '[^[:space:]]'
}
sed 1d "$corpus/MANIFEST.tsv" | while IFS='	' read -r path kind rest; do
	[ -f "$corpus/$path" ] && printf '%s\t%s\t%s\n' "$path" "$(lines_of "$corpus/$path")" "$kind"
done >"$tmp/files"

awk -F'\t' '
BEGIN { n = 0 }
FILENAME ~ /want$/ {
	if ($0 !~ /^#/ && NF >= 2) {
		pattern[n] = $1
		least[n] = NF > 2 ? $3 : 0.995
		want[n++] = $2
	}
	next
}
FILENAME ~ /files$/ {
	lines[$1] = $2
	kind[$1] = $3
	next
}
FNR > 1 { # file,source,records,unparsed,status
	split($0, col, ",")
	sub(/!.*/, "", col[1])
	source[col[1]] = col[2]
	records[col[1]] += col[3]
	unparsed[col[1]] += col[4]
	status[col[1]] = col[5]
}
function allowed(path, who, i) {
	for (i = 0; i < n; i++)
		if (path " " kind[path] ~ pattern[i])
			break
	expected = i < n ? want[i] : "any"
	enough = i < n ? least[i] : 0.995
	return expected == "any" || index("," expected ",", "," who ",") > 0
}
END {
	printf "%-62s %-20s %8s %8s %8s\n", "file", "source", "records", "unparsed", "share"
	for (f in lines) {
		who = f in source ? source[f] : "unknown"
		right = allowed(f, who)
		share = who == "unknown" ? (right ? 1 : 0) : lines[f] ? 1 - unparsed[f] / lines[f] : 1
		note = right ? "" : " <- wanted " expected
		if (right && share < enough)
			note = " <- below " 100 * enough " %"
		if (status[f] == "damaged")
			note = note " (damaged)"
		printf "%-62s %-20s %8d %8d %6.2f %%%s\n", f, who, records[f], unparsed[f], 100 * share, note | "sort"
		files++
		bad += note ~ /<-/
		other += !right
		all += lines[f]
		lost += who == "unknown" && !right ? lines[f] : unparsed[f]
		all_records += records[f]
	}
	close("sort")
	printf "%d files, %d records, %d of %d lines unparsed (%.2f %% parsed); %d taken by nobody or another source, %d not well enough\n",
		files, all_records, lost, all, all ? 100 * (1 - lost / all) : 100, other, bad - other
	exit bad > 0
}' tools/corpus.want "$tmp/files" "$tmp/read"
