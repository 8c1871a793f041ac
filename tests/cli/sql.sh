# Read-only SQL, its modes, its errors.
. "$(dirname "$0")/lib.inc"
make_bundle bundle
run analyze bundle -d case.db
exits 0
before=$(cksum <case.db)

for statement in "INSERT INTO meta VALUES ('a', 'b')" "DELETE FROM event" "UPDATE event SET ts_us = 0" "DROP TABLE event" \
	"CREATE TABLE x (y)" "CREATE TEMP VIEW x AS SELECT 1" "ATTACH 'other.db' AS other" "PRAGMA journal_mode = WAL" \
	"PRAGMA writable_schema = 1" "VACUUM INTO 'copy.db'" "REINDEX" "ANALYZE" "BEGIN" "SELECT load_extension('x')" \
	"SELECT 1; DELETE FROM event" "WITH x AS (SELECT 1) DELETE FROM event"; do
	run sql case.db "$statement"
	exits 2
	err_has 'the query was refused'
done
there_isnt other.db
there_isnt copy.db
checks=$((checks + 1))
[ "$before" = "$(cksum <case.db)" ] || not_ok 'the case changed'

run sql case.db 'SELECT tiem FROM v_timeline'
exits 2
err_has 'no such column: tiem'
err_has '--> query:1:8'
err_has 'did you mean time?'
err_has '             ^'
run sql case.db 'SELECT 1 FROM v_timelin'
exits 2
err_has 'did you mean v_timeline?'
run sql case.db 'SELECT 1,
FROM v_timeline'
exits 2
err_has '--> query:2:1'
run sql case.db --timeout 1 'WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT max(x) FROM r'
exits 3
err_has 'took longer'
run sql case.db
exits 2
run sql case.db 'SELECT 1' 'SELECT 2'
exits 2

query="SELECT 1 AS i, 2.5 AS r, 'a,\"b\"' AS t, NULL AS n, 'x|y' AS p"
run sql case.db "$query"
exits 0
out_is 'i,r,t,n,p
1,2.5,"a,""b""",,x|y'
run sql -d case.db --mode=json "$query"
out_is '[{"i":1,"r":2.5,"t":"a,\"b\"","n":null,"p":"x|y"}]'
run sql -d case.db --json "$query"
out_has '[{"i":1'
run sql case.db -m md "$query"
out_has '| i | r | t | n | p |'
out_has 'x\|y'
run sql case.db -mbox "$query"
out_has '│ 1 │ 2.5 │'
run sql case.db -m box 'SELECT 1 WHERE 0'
exits 0
run sql case.db -m json 'SELECT 1 WHERE 0'
out_is '[]'
run_sh 'echo "SELECT 40 + 2 AS answer; -- the end" | "$FORENSICS" sql -d case.db -'
exits 0
out_is 'answer
42'
run sql case.db ' ; -- nothing'
exits 0
out_is_empty

run sql --list
exits 0
names=$(sed -n '2,$s/ .*//p' out)
checks=$((checks + 1))
[ "$(printf '%s\n' "$names" | wc -l)" -ge 6 ] || not_ok 'fewer than six canned queries'
for name in $names; do
	run sql -d case.db --run "$name"
	exits 0
	err_is_empty
done
run sql case.db --run evidence gpu-fell-off-bus
exits 0
out_has 'fallen off the bus'
run sql case.db --run evidence no-such-rule
out_hasnt 'fallen off the bus'
run sql case.db --run pakages
exits 2
err_has "did you mean 'packages'?"
done_testing
