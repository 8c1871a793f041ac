#!/bin/sh
# Follows docs/adding-a-rule.md: its rule must pass lint and its own tests, its two bundles must give what their expect says.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
page=docs/adding-a-rule.md
passed=0
failed=0
try() { # WHAT COMMAND...
	what=$1
	shift
	if "$@" >"$dir/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what"
		cat "$dir/out"
	fi
}

mkdir -p "$dir/rules"
awk -v lang=yaml -v n=1 -f tests/docs/blocks.awk $page >"$dir/rules/disk-full.yaml"
# The bundles: "# NAME/bundle/PATH" and the lines after it.
awk -v lang= -v n=0 -f tests/docs/blocks.awk $page | awk -v dir="$dir" '
	/^# .*\/bundle\// { file = dir "/" $2; path = file; sub(/\/[^\/]*$/, "", path); system("mkdir -p " path); next }
	file && NF { print >file }'

try 'the rule has no test' grep -q '^tests:' "$dir/rules/disk-full.yaml"
try 'lint refuses it' "$FORENSICS" rules lint "$dir/rules"
try 'its tests fail' "$FORENSICS" rules test "$dir/rules"
for bundle in checkpoint-does-not-fit near-space-was-freed; do
	try "$bundle is not read" "$FORENSICS" analyze -q "$dir/$bundle/bundle" --rules "$dir/rules" -d "$dir/$bundle.db"
	"$FORENSICS" findings -d "$dir/$bundle.db" --json >"$dir/$bundle.json" 2>/dev/null
done
try 'no finding of the rule' grep -q '"rule": *"disk-full"' "$dir/checkpoint-does-not-fit.json"
try 'not its cause' grep -q '"id": *"checkpoints-filled-it"' "$dir/checkpoint-does-not-fit.json"
try 'the near miss is found' grep -q '"findings": *\[\]' "$dir/near-space-was-freed.json"
try 'explain does not know it' "$FORENSICS" explain disk-full -d "$dir/checkpoint-does-not-fit.db" --rules "$dir/rules"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
