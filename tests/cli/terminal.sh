# Text of a log cannot act on a terminal; colours follow the rules; a reader may leave.
. "$(dirname "$0")/lib.inc"
make_bundle bundle
run analyze bundle -d case.db
exits 0

# No escape, bell, DEL, C1, bidi or zero-width character gets through.
hostile=$(printf '[\033\007\177]\\|\302\233\\|\342\200\256\\|\342\200\213')
harmless() {
	checks=$((checks + 1))
	if LC_ALL=C grep -q -e "$hostile" out; then not_ok 'a control character got through'; fi
}
run show dmesg.txt:7 -d case.db -C 0
exits 0
harmless
out_has '\x1b[2J'
out_has '<U+202E>'
run timeline -d case.db
harmless
out_has 'Manufacturer: \x1b[2J'
run timeline -d case.db --json
harmless
out_has '\u001b[2J'
run timeline -d case.db --jsonl
harmless
run sql case.db -m box "SELECT message FROM v_timeline WHERE message GLOB '*Manufacturer*'"
harmless
out_has '\x1b[2J'
run sql case.db -m md "SELECT message FROM v_timeline WHERE message GLOB '*Manufacturer*'"
harmless
run sql case.db -m json "SELECT message FROM v_timeline WHERE message GLOB '*Manufacturer*'"
harmless
run show "$(printf 'a\033[31mb:1')" -d case.db
cp err out
harmless
run analyze "$(printf 'no\033[31msuch')"
cp err out
harmless
# csv is for programs: the bytes of the log, as long as nobody looks.
run sql case.db -m csv "SELECT message FROM v_timeline WHERE message GLOB '*Manufacturer*'"
checks=$((checks + 1))
LC_ALL=C grep -q "$(printf '\033')" out || not_ok 'csv changed the text'

colored() { checks=$((checks + 1)); grep -q "$(printf '\033\\[')" out || not_ok 'no colour'; }
plain() { checks=$((checks + 1)); if grep -q "$(printf '\033\\[')" out; then not_ok 'colour'; fi; }
run findings -d case.db
plain
run findings -d case.db --color always
colored
run_sh 'CLICOLOR_FORCE=1 "$FORENSICS" findings -d case.db'
colored
run_sh 'CLICOLOR_FORCE=0 "$FORENSICS" findings -d case.db'
plain
run_sh 'NO_COLOR=1 CLICOLOR_FORCE=1 "$FORENSICS" findings -d case.db'
plain
run_sh 'NO_COLOR= CLICOLOR_FORCE=1 "$FORENSICS" findings -d case.db'
colored
run_sh 'NO_COLOR=1 "$FORENSICS" findings -d case.db --color=always'
colored
run_sh 'CLICOLOR_FORCE=1 "$FORENSICS" findings -d case.db --color never'
plain

# head leaves after a line.
run_sh '{ "$FORENSICS" help commands; echo "ended with $?" >&2; } | head -n 1'
exits 0
out_has 'usage: forensics analyze'
err_hasnt 'error'
run_sh '"$FORENSICS" sql case.db "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT 1000000) SELECT x FROM r" | head -n 2'
exits 0
out_has x
err_is_empty
# A pager only where a person sits; what it is told is the environment's wish.
if command -v script >/dev/null 2>&1; then
	run_sh 'FORENSICS_PAGER="sed s/^/paged:/" script -qec "$FORENSICS timeline -d case.db" /dev/null'
	out_has 'paged:'
	run_sh 'FORENSICS_PAGER="sed s/^/paged:/" script -qec "$FORENSICS timeline -d case.db --no-pager" /dev/null'
	out_hasnt 'paged:'
	run_sh 'FORENSICS_PAGER= script -qec "$FORENSICS timeline -d case.db" /dev/null'
	out_hasnt 'paged:'
	out_has 'Xid'
	run_sh 'FORENSICS_PAGER=false script -qec "$FORENSICS timeline -d case.db" /dev/null'
	exits 0
fi
run_sh 'FORENSICS_PAGER="sed s/^/paged:/" $FORENSICS timeline -d case.db'
out_hasnt 'paged:'
done_testing
