#!/bin/sh
# Breaks each rule of tools/check-source.sh and tools/check-layers.sh once, in a copy of the tree,
# and wants to see it complain.  Ends with "N passed, N failed".
# shellcheck disable=SC2016 # backticks in single quotes are Markdown
set -u
top=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$copy"
cd "$copy" || exit 1
passed=0
failed=0
cases=

# breaks PLACE TEXT: from now on the checks must say TEXT about PLACE.
breaks() {
	cases="$cases$1: $2
"
}
header() { # PATH LINES...: a header that is well made, but for the lines
	guard=FORENSICS_$(echo "${1#analyzer/}" | tr a-z/. A-Z__)
	path=$1
	shift
	{
		printf '#ifndef %s\n#define %s\n\n' "$guard" "$guard"
		printf '%s\n' "$@" '' '#endif'
	} >"$path"
}

# --- layers and doors
header analyzer/base/zz1.h '#include "tstamp/tstamp.h"'
breaks analyzer/base/zz1.h:4 'room "base" may not include "tstamp/tstamp.h"'
header analyzer/source/zz1.h '#include "store/store.h"' '#include "rule/rule.h"' '#include "pipeline.h"'
breaks analyzer/source/zz1.h:4 'room "source" may not include "store/store.h"'
breaks analyzer/source/zz1.h:5 'room "source" may not include "rule/rule.h"'
breaks analyzer/source/zz1.h:6 'room "source" may not include "pipeline.h" of the top level'
header analyzer/report/zz1.h '#include "store/store_priv.h"'
breaks analyzer/report/zz1.h:4 '"store/store_priv.h" is private to room "store"'
mkdir analyzer/zz
header analyzer/zz/zz.h ''
breaks analyzer/zz/zz.h:1 'room "zz" is not in docs/layers.txt'
header analyzer/cmd/zz1.h '#include <sqlite3.h>' '#include <pcre2.h>' '#include <hs.h>' '#include <zlib.h>' '#include <lzma.h>' '#include <zstd.h>' \
	'#include <archive.h>' '#include <cjson/cJSON.h>' '#include <nettle/sha2.h>' '#include <yaml.h>' '#include <cmark.h>' '#include <sys/socket.h>'
n=4
for lib in sqlite3.h pcre2.h hs.h zlib.h lzma.h zstd.h archive.h cjson/cJSON.h nettle/sha2.h yaml.h cmark.h sys/socket.h; do
	breaks "analyzer/cmd/zz1.h:$n" "<$lib> only through "
	n=$((n + 1))
done
echo '#include <pcre2.h>' >analyzer/rule/zz1.c
breaks analyzer/rule/zz1.c:1 '<pcre2.h> only through '

# --- C
cat >analyzer/source/zz2.h <<'END'
#ifndef ZZ2_H
#define ZZ2_H
#endif
END
breaks analyzer/source/zz2.h:1 'the first line is not #ifndef FORENSICS_SOURCE_ZZ2_H'
breaks analyzer/source/zz2.h:2 'the second line is not #define FORENSICS_SOURCE_ZZ2_H'
cat >analyzer/source/zz1.c <<'END'
#include <stdio.h>
#include "source/zz1.h"
END
breaks analyzer/source/zz1.c:1 'own header "source/zz1.h" comes first'
cat >analyzer/source/zz3.c <<'END'
#include "source/source.h"
#include <string.h>
#include <stdio.h>
#include "record/record.h"
#include "base/str.h"
#include <time.h>
END
breaks analyzer/source/zz3.c:3 'includes are sorted: stdio.h before string.h'
breaks analyzer/source/zz3.c:5 'includes are sorted: base/str.h before record/record.h'
breaks analyzer/source/zz3.c:6 '<system> headers come before "room/x.h"'
cat >analyzer/correlate/zz4.c <<'END'
static const char *a = "SELECT x FROM y";
static const char *b = "delete from event";
static const char *c = "BEGIN";
/* "SELECT" in a comment, and the word 'updated' in a text, are fine */
static const char *d = "the update came late; select a GPU";
static void f(void) { printf("%d", 1); exit(1); }
static long g(void) { return time(0); }
static void h(void) { setlocale(0, ""); }
static void i(void) { system("ls"); }
typedef struct zz { int x; } zz;
#pragma GCC diagnostic ignored "-Wall"
END
breaks analyzer/correlate/zz4.c:1 'SQL in a C string'
breaks analyzer/correlate/zz4.c:2 'SQL in a C string'
breaks analyzer/correlate/zz4.c:3 'SQL in a C string'
breaks analyzer/correlate/zz4.c:6 'only cmd/ prints and exits'
breaks analyzer/correlate/zz4.c:7 'the clock, the environment and the locale decide nothing here'
breaks analyzer/correlate/zz4.c:8 'the clock, the environment and the locale decide nothing here'
breaks analyzer/correlate/zz4.c:9 'no programs are started, no network is touched'
breaks analyzer/correlate/zz4.c:10 'no typedef of a struct'
breaks analyzer/correlate/zz4.c:11 'no way around base/banned.h, no #pragma'
silent='analyzer/correlate/zz4.c:[45]:'

# --- text
printf '/* blanks */ \n' >analyzer/base/zz5.c
breaks analyzer/base/zz5.c:1 'blanks at the end of the line'
printf '/* TODO: later */\n/* TODO #12: later */\n    \t/* blanks first */\nint x;\r\n/* end */' >tests/unit/zz5.c
breaks tests/unit/zz5.c:1 'TODO without an issue number'
breaks tests/unit/zz5.c:3 'blanks before a tab'
breaks tests/unit/zz5.c:4 'CRLF'
breaks tests/unit/zz5.c 'no newline at the end'
silent="$silent|tests/unit/zz5.c:2:"
yes '/* line */' | head -601 >analyzer/base/zz6.c
breaks analyzer/base/zz6.c '601 lines; 600 is the most'

# --- the build, the list of banned functions
sed -i 's/-include base.banned.h//' Makefile
breaks Makefile 'base/banned.h is not forced into every file of analyzer/'
sed -i 's/ strtok / /' analyzer/base/banned.h
breaks analyzer/base/banned.h 'does not ban strtok'

# --- sources
printf 'SOURCE(zz_new)\nSOURCE(aa_new)\n' >>analyzer/source/source_list.h
breaks analyzer/source/source_list.h 'not sorted'
breaks analyzer/source/source_list.h 'no analyzer/source/zz_new.c'
breaks analyzer/source/source_list.h 'no fixtures/sources/zz_new/*.in'
breaks analyzer/source/source_list.h 'README.md has no row | `zz_new` |'
mkdir -p fixtures/sources/zz_old
touch fixtures/sources/dmesg/zz.in fixtures/sources/dmesg/zy.expect
breaks fixtures/sources/zz_old 'no such source'
breaks fixtures/sources/dmesg/zz.in 'no fixtures/sources/dmesg/zz.expect'
breaks fixtures/sources/dmesg/zy.expect 'no fixtures/sources/dmesg/zy.in'

# --- rules
echo 'rule: other' >rules/gpu/zz-rule.yaml
breaks rules/gpu/zz-rule.yaml 'the rule in it is not named zz-rule'
breaks rules/gpu/zz-rule.yaml 'no tests'
breaks rules/gpu/zz-rule.yaml 'no fixtures/scenarios/zz-rule'
breaks rules/gpu/zz-rule.yaml 'README.md has no row | `zz-rule` |'
cp rules/gpu/zz-rule.yaml rules/gpu/zz-quiet.yaml
mkdir -p fixtures/scenarios/zz-quiet/one
breaks rules/gpu/zz-quiet.yaml 'no scenario of it expects the finding'
breaks rules/gpu/zz-quiet.yaml 'no scenario of it is a near miss'
breaks fixtures/scenarios/zz-quiet/one/ 'no expect'
breaks fixtures/scenarios/zz-quiet/one/ 'no bundle'

# --- scripts
echo 'if' >tools/zz.sh
breaks tools/zz.sh 'does not parse'

sh tools/check-source.sh >said 2>&1 && { echo 'check-source.sh is content'; failed=$((failed + 1)); }
while IFS= read -r want; do
	[ -n "$want" ] || continue
	if grep -qF -- "$want" said; then
		passed=$((passed + 1))
	else
		echo "nobody said: $want"
		failed=$((failed + 1))
	fi
done <<END
$cases
END
if grep -E "^($silent)" said; then
	echo 'the lines above are fine, and were complained about'
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi

# One violation alone must be enough, whichever part of the script finds it.
alone() { # FILE TEXT
	rm -rf "$copy/alone" && mkdir "$copy/alone"
	tar -cf - --exclude=./build --exclude=./.git -C "$top" . | tar -xf - -C "$copy/alone"
	cd "$copy/alone" || exit 1
	printf '%s\n' "$2" >>"$1"
	if sh tools/check-source.sh >said 2>&1; then
		echo "check-source.sh exits with 0 in spite of: $1: $2"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}
alone docs/sql.md 'blanks '
alone analyzer/base/str.c 'static const char *a = "SELECT 1";'
alone analyzer/base/str.c '#include "rule/rule.h"'
alone analyzer/source/source_list.h 'SOURCE(zz)'
alone tools/embed.sh 'if'
echo "$passed passed, $failed failed"
[ $failed = 0 ]
