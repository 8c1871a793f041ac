#!/bin/sh
# same-findings.sh PROGRAM PROGRAM: both must print the same document, byte by byte, for every
# scenario and the demo.  Ends with "N passed, N failed".
set -u
one=$1
other=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
for bundle in fixtures/demo fixtures/scenarios/*/*/bundle* ../shared/captures/*/bundle; do
	[ -e "$bundle" ] || continue
	"$one" analyze "$bundle" --json >"$dir/one" 2>"$dir/one.err"
	rc=$?
	"$other" analyze "$bundle" --json >"$dir/other" 2>"$dir/other.err"
	other_rc=$?
	if [ $rc = $other_rc ] && [ -s "$dir/one" ] && cmp -s "$dir/one" "$dir/other"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$bundle: exit codes $rc and $other_rc; what differs:"
		cat "$dir/one.err" "$dir/other.err"
		diff "$dir/one" "$dir/other" | head -n 20
	fi
done
[ $((passed + failed)) -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ $failed = 0 ]
