#!/bin/sh
# run.sh TEST...: runs tests side by side, shows what failed, ends with "N passed, N failed".
# A TEST is a Check program, a shell script, or rules-lint, rules-test.
# LOGS is a directory of its own, FORENSICS the program under test, JOBS how many at a time.
set -u
: "${LOGS:=build/log}" "${JOBS:=1}"
export LOGS FORENSICS

# How many cases passed and failed, "P F", from what the test printed and its exit code.
# A test that counts nothing is one case; one that says 0 cases proves nothing and fails.
count() { # LOG EXIT_CODE
	awk -v rc="$2" '
	/^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
		gsub(/[^0-9]+/, " ")
		counted = 1
		failed = $3 + $4
		passed = $2 - failed
	}
	match($0, /[0-9]+ tests, [0-9]+ failed/) {
		split(substr($0, RSTART, RLENGTH), word, " ")
		counted = 1
		failed = word[3]
		passed = word[1] - failed
	}
	match($0, /[0-9]+ passed, [0-9]+ failed/) {
		split(substr($0, RSTART, RLENGTH), word, " ")
		counted = 1
		passed = word[1]
		failed = word[3]
	}
	END {
		if (!counted) { passed = rc == 0; failed = rc != 0 }
		if (failed == 0 && (rc != 0 || passed == 0)) failed = 1
		print passed, failed
	}' "$1"
}

run_one() { # TEST
	case $1 in # cli/sql, docs/sql: of one name in two folders
	*.sh) name=$(basename "$(dirname "$1")")-$(basename "$1" .sh) ;;
	*) name=$(basename "$1") ;;
	esac
	log=$LOGS/$name.log
	case $1 in
	rules-lint) "$FORENSICS" rules lint ;;
	rules-test) "$FORENSICS" rules test ;;
	*.sh) sh "$1" ;;
	*) "$1" ;;
	esac >"$log" 2>&1 </dev/null
	rc=$?
	# shellcheck disable=SC2046 # two numbers
	set -- $(count "$log" $rc)
	echo "$1 $2" >"$LOGS/$name.count"
	if [ "$2" = 0 ]; then
		printf 'ok      %-28s %6s passed\n' "$name" "$1"
	else
		# In one piece: others write too.
		printf '%s\n' "FAILED  $name: $1 passed, $2 failed, exit code $rc
$(sed 's/^/    /' "$log")"
	fi
}

if [ "${1:-}" = --one ]; then
	run_one "$2"
	exit 0
fi

# Check's own 4 s are short on a busy machine and under sanitizers.
export CK_DEFAULT_TIMEOUT="${CK_DEFAULT_TIMEOUT:-120}"
mkdir -p "$LOGS"
rm -f "$LOGS"/*.log "$LOGS"/*.count
[ $# -gt 0 ] || { echo '0 passed, 1 failed: no tests'; exit 1; }
printf '%s\n' "$@" | xargs -P "$JOBS" -n 1 sh "$0" --one
cat "$LOGS"/*.count | awk -v tests=$# '
	{ passed += $1; failed += $2 }
	END {
		if (NR < tests) failed += tests - NR # did not even start
		print passed + 0 " passed, " failed + 0 " failed"
		exit failed > 0
	}'
