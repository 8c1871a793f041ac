#!/bin/sh
# The example of README.md is what the program prints: its lines stand in the output in this order, with
# other lines only where it says [...].  Its tables name every command and every exit code.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
ok() { passed=$((passed + 1)); }
not_ok() { failed=$((failed + 1)); echo "$*"; }

awk -v lang=text -v n=1 -f tests/docs/blocks.awk README.md >"$dir/want"
"$FORENSICS" analyze fixtures/demo >"$dir/got" 2>"$dir/err"
awk '
	NR == FNR { want[++n] = $0; next }
	{ got[++m] = $0 }
	END {
		at = 1
		while (at <= m && got[at] == "")
			at++
		for (i = 1; i <= n; i++) {
			if (want[i] == "[...]") { skip = 1; continue }
			while (skip && at <= m && got[at] != want[i])
				at++
			skip = 0
			if (at > m || got[at] != want[i]) {
				print "README.md promises: " want[i]
				print "the program prints: " (at > m ? "(nothing more)" : got[at])
				exit 1
			}
			at++
		}
		exit n == 0
	}' "$dir/want" "$dir/got" && ok || not_ok 'the example of README.md is not what the program prints'

# First words of the commands in `forensics help`, each a row of README.
for c in $("$FORENSICS" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | sort -u); do
	[ "$c" = help ] || { grep -q "^| \`$c " README.md && ok || not_ok "README.md has no row for the command $c"; }
done
for code in $("$FORENSICS" help exit-codes | sed -n 's/^ *\([0-9][0-9]*\) .*/\1/p'); do
	grep -qE "^\| ($code|$code, [0-9]+|[0-9]+, $code) \|" README.md && ok || not_ok "README.md has no row for the exit code $code"
done
# What `sources list` and `rules list` know.
for s in $("$FORENSICS" sources list --json | grep -o '"source":"[a-z0-9_]*"' | cut -d '"' -f 4); do
	grep -q "^| \`$s\` |" README.md && ok || not_ok "README.md has no row for the source $s"
done
for r in $("$FORENSICS" rules list | sed -n '2,$s/ .*//p'); do
	grep -q "^| \`$r\` |" README.md && ok || not_ok "README.md has no row for the rule $r"
done
# Links to files of the tree.
for page in README.md CONTRIBUTING.md docs/*.md rules/README.md; do
	for link in $(grep -o '](\([^)#]*\)' "$page" | cut -c 3- | grep -v '^[a-z]*:' | sort -u); do
		[ -e "$(dirname "$page")/$link" ] && ok || not_ok "$page: no $link"
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
