# The conversation of `sql` on a terminal: statements over lines, commands, mistakes that do not end it, history.
. "$(dirname "$0")/lib.inc"
if ! command -v script >/dev/null 2>&1; then
	echo 'no script(1) here: skipped'
	checks=1
	done_testing
fi
make_bundle bundle
run analyze bundle -d case.db
exits 0
mkdir home

talk() { # TEXT: typed by a person
	what="typed: $1"
	printf '%s\n' "$1" >typed
	(cat typed && sleep 0.5 && printf '\004') | HOME=$PWD/home XDG_STATE_HOME= PAGER=cat script -qec "$FORENSICS sql -d case.db" /dev/null >out 2>err
	rc=$?
}
talk 'SELECT rule
FROM v_finding;
.mode csv
SELECT severity, rule FROM v_finding;
SELECT nosuch FROM v_finding;
DELETE FROM event;
.moed
.run nosuch
.schema v_incident
SELECT 6 * 7;'
exits 0
out_has 'read-only'
out_has '│ gpu-fell-off-bus │'
out_has 'critical,gpu-fell-off-bus'
out_has 'no such column: nosuch'
out_has 'a case is evidence: queries only read it'
out_has "did you mean '.mode'?"
out_has 'there is no canned query'
out_has 'Findings that belong together'
out_has '42'
there_is home/.local/state/forensics/sql_history

talk '.quit
SELECT 6 * 7;'
exits 0
out_hasnt '42'

# Not on a terminal it is a mistake, as before.
run sql -d case.db
exits 2
done_testing
