# 0 ran, 1 --fail-on, 2 usage, 3 nothing usable, 4 partial.
. "$(dirname "$0")/lib.inc"
make_bundle bundle

run analyze bundle -d case.db
exits 0
out_has 'gpu-fell-off-bus'
out_hasnt 'ingest  '
err_has 'ingest   bundle'
err_has 'rules    '
err_hasnt 'next:'
there_is case.db
there_isnt case.db.partial
run analyze bundle -q
exits 0
out_has 'gpu-fell-off-bus'
err_is_empty
run analyze bundle --fail-on low
exits 1
run analyze bundle --fail-on=critical
exits 1
run analyze bundle/date.txt --fail-on info
exits 0
run findings -d case.db --fail-on high
exits 1
run findings -d case.db --severity critical
exits 0
out_has 'gpu-fell-off-bus'
run match -d case.db --fail-on critical
exits 1
run match -d case.db
exits 0
out_has 'gpu-fell-off-bus'
run match case.db -q
exits 0

run analyze no-such-bundle
exits 3
err_has 'x error['
err_has 'no-such-bundle'
run findings -d no-such.db
exits 3
err_has '--> no-such.db'
err_has 'forensics analyze BUNDLE'
printf 'SQLite format 3, or so it says\n' >liar.db
run findings -d liar.db
exits 3
err_has 'not a case database'
printf 'text\n' >text.db
run sql text.db 'SELECT 1'
exits 3
run analyze bundle -d no/such/place/case.db
exits 3
run analyze bundle -o no/such/place/report.html
exits 3
err_has '--> no/such/place/report.html'
mkdir empty
run analyze empty
exits 3
: >empty.log
run analyze empty.log
exits 3
printf 'a recipe\nfor soup\n' >soup.txt
run analyze soup.txt -o soup.html
exits 3
err_has '--> soup.txt: no source recognised its content'
err_has '= help: '
there_isnt soup.html
there_isnt soup.html.partial
run sources sniff soup.txt
exits 3
out_has 'no source recognised it'

# Evidence is not written to, and a name mistyped costs nobody a file.
run analyze bundle/dmesg.txt -d bundle/dmesg.txt
exits 2
err_has 'is the evidence'
cp bundle/dmesg.txt log.md
run analyze ./log.md -o log.md
exits 2
err_has 'is the evidence'
cmp -s bundle/dmesg.txt log.md || not_ok 'the evidence changed'
run analyze bundle -d soup.txt
exits 2
err_has 'it is no case'
run ingest bundle -d soup.txt
exits 2

# Damage: what came before it is kept, and the rest of the bundle is read.
mkdir damaged
gzip -c bundle/dmesg.txt >whole.gz
size=$(wc -c <whole.gz)
head -c $((size - 40)) whole.gz >damaged/dmesg.gz
cp bundle/uptime.txt bundle/date.txt damaged
run analyze damaged -d damaged.db
exits 4
err_has '! dmesg.gz: damaged'
there_is damaged.db
run sql damaged.db "SELECT count(*) > 0 FROM v_timeline WHERE source = 'host_facts'"
out_has 1
run sql damaged.db "SELECT status FROM v_input WHERE file GLOB '*dmesg.gz'"
out_has damaged
printf '{"apiVersion":"v1","kind":"List","items":[\n{"apiVersion":"v1","kind":"Event","metadata":{"name":"p.1","namespace":"ml"},"type":"Warning","reason":"BackOff","message":"Back-off restarting failed container","firstTimestamp":"2025-02-06T13:00:00Z","lastTimestamp":"2025-02-06T13:05:00Z","count":3,"involvedObject":{"kind":"Pod","name":"p","namespace":"ml"}},\n{"apiVersion":"v1","kind":"Ev' >half.json
run analyze half.json --type k8s_events -d half.db
exits 4
run sql half.db "SELECT count(*) FROM v_k8s_event"
out_has 1
mkdir mixed
cp soup.txt bundle/dmesg.txt mixed
run analyze mixed
exits 0
err_has 'soup.txt: not recognised'

# Standard input, named by --type or recognised.
run_sh '"$FORENSICS" analyze - --type dmesg -d stdin.db <bundle/dmesg.txt'
exits 0
out_has 'gpu-fell-off-bus'
run_sh '"$FORENSICS" ingest - -d stdin.db <bundle/dmesg.txt'
exits 0
out_is_empty
err_has 'known    1 of 1 bundle'
rm stdin.db
run_sh '"$FORENSICS" ingest - -d stdin.db <bundle/dmesg.txt'
exits 0
out_is_empty
err_has 'case database: stdin.db'
run findings -d stdin.db
exits 0
out_hasnt 'gpu-fell-off-bus'
run match -d stdin.db
exits 0
out_has 'gpu-fell-off-bus'
run_sh '"$FORENSICS" analyze - </dev/null'
exits 3

# Lost output is not success.
if [ -w /dev/full ]; then
	run_sh '"$FORENSICS" help commands >/dev/full'
	exits 3
	err_has 'cannot write to standard output'
fi
# Every error has a code, and every code an explanation.
run analyze nosuch
err_has 'x error[FX0101]'
for code in FX0100 FX0101 FX0102 FX0103 FX0200 FX0201 FX0202 FX0300 FX0301 FX0400 FX0401 FX0500 FX0501 FX0600 FX0601 FX0602 FX0603 FX0604 FX0605; do
	run explain $code
	exits 0
	out_has "$code  "
done
run explain fx0103
out_has 'FX0103'
run explain FX9999
exits 2
done_testing
