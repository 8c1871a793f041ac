# A case that grows: a bundle twice adds nothing, a second one joins, findings go until it is judged again.
. "$(dirname "$0")/lib.inc"

make_bundle one
make_bundle two
echo gpu-a >one/hostname
echo gpu-b >two/hostname
sed -i 's/3b:00/5e:00/' two/dmesg.txt
run analyze one -d case.db
exits 0
run ingest one -d case.db
exits 0
err_has 'known    1 of 1 bundle: in the case already'
err_hasnt 'ingest   '
run findings -d case.db
out_has 0000:3b:00
cp case.db before.db

run ingest two -d case.db
exits 0
err_has 'judge the case again with: forensics match -d case.db'
there_isnt case.db.partial
run findings -d case.db
out_hasnt 0000:3b:00
run match -d case.db
exits 0
run sql case.db "SELECT host, entity FROM v_finding ORDER BY host" --mode csv
out_has gpu-a,0000:3b:00
out_has gpu-b,0000:5e:00
run verify -d case.db one two
exits 0

# What cannot be added leaves the case as it was.
run ingest nowhere -d before.db
exits 3
there_isnt before.db.partial
run findings -d before.db
out_has 0000:3b:00
done_testing
