#!/bin/sh
# Every SQL block of README.md and docs/sql.md must run, and give rows on one of these bundles at least.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

cases=0
for bundle in fixtures/demo fixtures/scenarios/gpu-fell-off-bus/overheated/bundle fixtures/scenarios/k8s-gpu-pod-pending/missing-toleration/bundle \
	fixtures/scenarios/nvidia-driver-lost-after-kernel-update/unattended-upgrade-then-reboot/bundle; do
	[ -e "$bundle" ] || continue
	cases=$((cases + 1))
	"$FORENSICS" analyze -q "$bundle" -d "$dir/$cases.db" >/dev/null 2>&1
done
# One with a file nobody reads.
mkdir "$dir/odd" && echo 'once upon a time' >"$dir/odd/tale.txt" && echo '[    0.000000] Linux version 6.8.0' >"$dir/odd/dmesg.txt"
cases=$((cases + 1))
"$FORENSICS" analyze -q "$dir/odd" -d "$dir/$cases.db" >/dev/null 2>&1

for page in README.md docs/sql.md; do
	n=1
	while :; do
		awk -v lang=sql -v n=$n -f tests/docs/blocks.awk $page >"$dir/query"
		[ -s "$dir/query" ] || break
		rows=0
		for case in "$dir"/*.db; do
			if ! "$FORENSICS" sql -d "$case" - --mode csv <"$dir/query" >"$dir/out" 2>"$dir/err"; then
				rows=0
				cat "$dir/err"
				break
			fi
			rows=$((rows + $(wc -l <"$dir/out") - 1)) # without the head
		done
		if [ "$rows" -gt 0 ]; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "$page: SQL block $n gives nothing:"
			cat "$dir/query"
		fi
		n=$((n + 1))
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
