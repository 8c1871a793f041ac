# The real capture beside the checkout, with the verdicts its README says are true and no
# others; the same kernel log in six notations gives the same events.
capture=$(cd "$(dirname "$0")/../../.." && pwd)/shared/captures/h200-train
. "$(dirname "$0")/lib.inc"
if [ ! -d "$capture" ]; then
	echo "skipped: $capture is not there"
	echo '1 passed, 0 failed'
	exit 0
fi

run analyze "$capture/bundle" -d case.db
exits 0
run sql case.db "SELECT rule, cause, entity, substr(start, 1, 19) FROM v_finding WHERE word <> 'unlikely' ORDER BY start_us" --mode csv
out_has 'cuda-out-of-memory,memory-grew-with-the-data,0000:00:06,2026-11-22T10:17:57'
out_has 'nccl-collective-timeout,rank-did-not-join,nccl,2026-11-22T10:19:57'
out_has 'gpu-application-fault,device-side-assert,0000:00:06,2026-11-22T10:21:03'
checks=$((checks + 1))
[ "$(wc -l <out)" = 4 ] || not_ok 'three verdicts and a head line are expected'

# What a notation carries of an event: seconds and text.  The JSON one kept a mark where the
# others dropped a masked line, and masks two lines that they show.
events() { # FILE
	mkdir -p n
	cp "$capture/bundle/system/btime.txt" "$capture/bundle/system/date.txt" n/
	cp "$capture/dmesg-variants/$1" n/dmesg.txt
	rm -f n.db
	"$FORENSICS" ingest -q n -d n.db 2>/dev/null
	"$FORENSICS" sql n.db "SELECT ts_us, message FROM v_timeline WHERE source = 'dmesg' AND message <> '(removed)' ORDER BY event_id" --mode csv
}
events dmesg.txt >plain
checks=$((checks + 1))
[ "$(wc -l <plain)" = 350 ] || not_ok "dmesg.txt gives $(wc -l <plain) lines, not 349 events"
cut -d, -f2- plain >plain.text
for f in dmesg-T.txt dmesg-x.txt dmesg-r.txt dmesg-iso.txt; do
	what=$f
	events $f >other
	checks=$((checks + 2))
	cut -d, -f2- other | cmp -s - plain.text || not_ok 'other texts than dmesg.txt'
	cut -d, -f1 plain >a
	cut -d, -f1 other >b
	paste -d' ' a b | awk 'NR > 1 { d = $1 - $2; if (d < 0) d = -d; if (d > 2000000) bad++ } END { exit bad > 0 }' || not_ok 'times differ by more than both clocks admit'
done
what=dmesg-J.json
events dmesg-J.json | cut -d, -f2- | grep -v -e 'input device check on' -e 'Actions configured' >other
grep -v -e 'input device check on' -e 'Actions configured' plain.text >plain.less
checks=$((checks + 1))
cmp -s other plain.less || not_ok 'other texts than dmesg.txt'
done_testing
