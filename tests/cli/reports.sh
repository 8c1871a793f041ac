# -o by extension, report -f, --json; an earlier report is replaced only by a whole one.
. "$(dirname "$0")/lib.inc"
make_bundle bundle

run analyze bundle -d case.db -o r.html -o r.md -o r.txt -o r.json
exits 0
for f in r.html r.md r.txt r.json; do
	there_is $f
	there_isnt $f.partial
	cp $f out
	out_has 'gpu-fell-off-bus'
done
cp r.html out
out_has '<!DOCTYPE html>'
cp r.json out
out_has '{"schema":"forensics/findings/1"'
for f in html md json; do
	run report -d case.db -f $f
	exits 0
	cmp -s out r.$f || not_ok "report -f $f differs from analyze -o r.$f"
	run report case.db -o again.$f
	exits 0
	out_is_empty
	cmp -s again.$f r.$f || not_ok "report -o again.$f differs"
done
run report -d case.db
exits 0
out_has 'gpu-fell-off-bus'
run findings -d case.db --json
exits 0
cmp -s out r.json || not_ok 'findings --json is another document'
run analyze bundle --json
exits 0
cmp -s out r.json || not_ok 'analyze --json without -d is another document'
id=$(sed -n 's/.*"findings":\[{"id":"\(F[0-9a-f]*\)".*/\1/p' r.json)
run report -d case.db -f json --finding "$id"
exits 0
out_has "\"id\":\"$id\""
run report -d case.db --finding F00000000
exits 2
run report -d case.db -f pdf
exits 2

# For people elsewhere: a draft, messages, and what fits into a comment.
run report -d case.db -f postmortem
exits 0
for part in '# Post-mortem: ' '## Impact' '## Timeline' '## Contributing factors' '| action | kind | owner |' 'dmesg.txt:'; do
	out_has "$part"
done
run report -d case.db -f slack
exits 0
out_has 'GPU fell off the PCIe bus'
run report -d case.db -f jira
exits 0
out_has 'h2. '
for max in 60000 6000 2500 400; do
	for form in md slack jira; do
		run report -d case.db -f $form --max-bytes $max
		exits 0
		checks=$((checks + 1))
		[ "$(wc -c <out)" -le $max ] || not_ok "$form has more than $max bytes"
		[ $max -lt 2500 ] || out_has 'GPU fell off'
	done
done
run report -d case.db -f md --max-bytes x
exits 2

# The same bundle, the same bytes.
run analyze bundle -d twice.db -o twice.html
cmp -s twice.html r.html || not_ok 'a second run writes another page'

# Standing in the bundle's own directory, what is written there is no evidence.
for run in first second; do
	run_sh 'cd bundle && "$FORENSICS" analyze . -d case.db -o r.html --json'
	exits 0
	out_has '"file":"dmesg.txt"'
	out_hasnt 'case.db'
	out_hasnt 'r.html'
	err_hasnt 'not recognised'
	cp out $run.json
done
cmp -s first.json second.json || not_ok 'the first run is evidence in the second'
rm bundle/r.html
run_sh 'cd bundle && "$FORENSICS" verify case.db .'
exits 0
rm bundle/case.db

# A report that cannot be written is said, and the case is kept.
mkdir taken.html
run analyze bundle -d kept.db -o taken.html
exits 4
err_has '--> taken.html'
there_is kept.db
there_isnt taken.html.partial
out_has 'gpu-fell-off-bus'

run incidents -d case.db
exits 0
out_has 'I1'
run incidents -d case.db --json
exits 0
out_has '{"schema":"forensics/incidents/1","incidents":[{"id":"I1"'
run coverage -d case.db --json
exits 0
out_has '{"schema":"forensics/coverage/1","coverage":['
run coverage -d case.db
exits 0
out_has 'SOURCE'
out_has 'dmesg'
out_has 'collect next:'
done_testing
