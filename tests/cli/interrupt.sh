# Ended by a signal: exit 130 or 143, and no half-written file.
. "$(dirname "$0")/lib.inc"
make_bundle bundle
printf 'an earlier report\n' >report.html

# The program reads a pipe that stays open, so it is always caught in the middle.
interrupted() {
	what="SIG$1 while loading"
	rm -f pipe
	mkfifo pipe
	"$FORENSICS" analyze - --type dmesg -d case.db -o report.html <pipe >out 2>err &
	pid=$!
	exec 9>pipe
	cat bundle/dmesg.txt >&9
	tries=0
	while [ ! -e case.db.partial ] && [ $tries -lt 100 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	checks=$((checks + 1))
	[ -e case.db.partial ] || not_ok 'it never began'
	kill -s "$1" $pid
	wait $pid
	rc=$?
	exec 9>&-
	exits "$2"
	there_isnt case.db.partial
	there_isnt case.db
	there_isnt report.html.partial
	out_is_empty
	err_is_empty
}
interrupted INT 130
interrupted TERM 143
cp report.html out
out_is 'an earlier report'
done_testing
