# diff: only what differs, in both directions; nothing for a case and itself.
. "$(dirname "$0")/lib.inc"
make_bundle bad
mkdir good
grep -v 'NVRM: Xid\|fallen off\|AER' bad/dmesg.txt >good/dmesg.txt
echo 'Linux gpu-node-01 6.8.0-44-generic #44-Ubuntu SMP PREEMPT_DYNAMIC Fri Aug 30 12:02:13 UTC 2024 x86_64 x86_64 x86_64 GNU/Linux' >good/uname.txt
sed 's/-44-/-45-/' good/uname.txt >bad/uname.txt
run ingest good -d good.db
run analyze good -d good.db
exits 0
run analyze bad -d bad.db

run diff good.db bad.db
exits 0
out_has 'gpu-fell-off-bus'
out_has '+ '
out_has '6.8.0-44-generic'
cp out forth
run diff bad.db good.db
exits 0
out_has '- '
out_has '6.8.0-45-generic'
run diff bad.db bad.db
exits 0
out_is_empty
err_has 'no difference'
run diff good.db bad.db --json
exits 0
out_has '{"schema":"forensics/diff/1","findings":[{"change":"added","name":"gpu-fell-off-bus'
out_has '"metrics":['

run diff good.db
exits 2
run diff good.db nosuch.db
exits 3
err_has 'nosuch.db'
done_testing
