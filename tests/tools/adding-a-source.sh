#!/bin/sh
# Follows docs/adding-a-source.md in a copy of the tree: the skeleton must build and pass its golden, and
# so must the code of the page.  Builds in a copy of $BUILD, so that little is compiled.
set -u
: "${BUILD:=build}"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -cf - --exclude=./.git --exclude=./build . | tar -xf - -C "$copy"
[ ! -d "$BUILD" ] || { mkdir -p "$copy/build" && cp -a "$BUILD/analyzer" "$BUILD/tests" "$BUILD/gen" "$BUILD/flags" "$copy/build/" 2>/dev/null; }
cd "$copy" || exit 1
passed=0
failed=0
try() { # WHAT COMMAND...
	what=$1
	shift
	if "$@" >out 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what"
		tail -n 30 out
	fi
}
build="make -s BUILD=build build/source_golden build/forensics"
golden=build/source_golden
fixture=fixtures/sources/slurm_log/example.in
code=analyzer/source/slurm_log.c

# Section 1
try 'the skeleton is not written' sh tools/new-source.sh slurm_log
try 'a second time it is written over' sh -c '! sh tools/new-source.sh slurm_log'
try 'a bad name is taken' sh -c '! sh tools/new-source.sh Slurm-log'
try 'the skeleton does not build' $build
try 'its golden is not written' env GOLDEN_UPDATE=1 $golden
try 'the skeleton gives no event' grep -q '^event 1 .*slurm_log.message' ${fixture%.in}.expect
try 'the skeleton rejects nothing' grep -q '^reject 4 ' ${fixture%.in}.expect
try 'its golden fails' $golden
try 'check-source complains about it' sh tools/check-source.sh

# Section 2: the first C block stands before detect(), the second in one_line().
awk -v lang=c -v n=1 -f tests/docs/blocks.awk docs/adding-a-source.md >block1
awk -v lang=c -v n=2 -f tests/docs/blocks.awk docs/adding-a-source.md >block2
awk '
	/^\/\* What writes/ { while ((getline line <"block1") > 0) print line; print ""; skip = 1 }
	/^\/\* 32 and more/ { skip = 0 }
	skip { next }
	{ print }
	/^\te\.text = text;/ { while ((getline line <"block2") > 0) print line }
' $code >new.c
mv new.c $code
awk -v lang= -v n=1 -f tests/docs/blocks.awk docs/adding-a-source.md >$fixture
try 'the code of the page does not build' $build
try 'its golden is not written' env GOLDEN_UPDATE=1 $golden
try 'an error is none' grep -q '^event 1 @0 local 2026-07-14T06:12:31.120000Z +-1 ms sev=3 .* error: Node gpu-07 not responding' ${fixture%.in}.expect
try 'a line is lost' grep -q '^event 2 .*Allocate JobId=4711' ${fixture%.in}.expect
try 'its golden fails' $golden
try 'it takes a file from another source' make -s BUILD=build golden
try 'it is not recognised' sh -c 'build/forensics sources sniff '"$fixture"' | grep -q "slurm_log .*reads it"'

echo "$passed passed, $failed failed"
[ $failed = 0 ]
