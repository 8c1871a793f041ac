#!/bin/sh
# check-source.sh: what the compiler does not check.  Takes a second, compiles nothing.
# Prints one line per violation, "file:line: what"; exit 1 when there is any.
# Tested by tests/tools/check-source.sh, which breaks each rule once.
set -u
LC_ALL=C
export LC_ALL

MAX_LINES=600

bad=0
complain() { echo "$*"; bad=1; }
check() { "$@" || bad=1; }

places=$(ls -d analyzer tests fuzz bench contrib docs tools sql rules .ci 2>/dev/null)
# shellcheck disable=SC2086 # names without blanks
code=$(find $places \( -name '*.c' -o -name '*.h' \) | sort)
# Evidence may end in blanks; everything else is ours to keep tidy.
# shellcheck disable=SC2086
texts="$code $(find $places -type f ! -name '*.[ch]' ! -path '*/corpora/*' | sort) $(ls -d ./Makefile ./*.md LICENSE .clang-format .editorconfig .gitignore 2>/dev/null)"

# --- text -----------------------------------------------------------------
tidy_text() { # FILE...
	awk -v max="$MAX_LINES" '
	function complain(text) { print FILENAME ":" FNR ": " text; bad = 1 }
	function leave() { if (lines > max && name ~ /\.([ch]|sh|sql|css|js)$/) { print name ": " lines " lines; " max " is the most"; bad = 1 } }
	FNR == 1 { leave(); name = FILENAME }
	{ lines = FNR }
	/[ \t]$/ { complain("blanks at the end of the line") }
	/\r$/ { complain("CRLF") }
	/^ +\t/ { complain("blanks before a tab") }
	/(TODO|FIXME)/ && !/#[0-9]/ && name !~ /check-source\.sh$/ { complain("TODO without an issue number") }
	END { leave(); exit bad }
	' "$@"
}
whole_last_lines() { # FILE...
	for f; do
		[ ! -s "$f" ] || [ "$(tail -c 1 "$f" | od -An -tx1)" = ' 0a' ] || complain "$f: no newline at the end"
	done
}
# shellcheck disable=SC2086 # names without blanks
check tidy_text $texts
# shellcheck disable=SC2086
whole_last_lines $texts

# --- C: guards, order of includes, SQL, clock -------------------------------
c_style() { # FILE...
	awk '
	function complain(text) { print FILENAME ":" FNR ": " text; bad = 1 }
	function guard_of(path, g) {
		g = path
		sub(/^analyzer\//, "", g)
		sub(/^tests\/unit\//, "tests/", g)
		g = toupper(g)
		gsub(/[^A-Z0-9]/, "_", g)
		return "FORENSICS_" g
	}
	function exists(path) { return path in files }
	BEGIN { for (i = 1; i < ARGC; i++) files[ARGV[i]] = 1 }
	FNR == 1 {
		is_header = FILENAME ~ /\.h$/
		is_list = FILENAME ~ /_list\.h$/
		ours = FILENAME ~ /^analyzer\//
		n_includes = group = 0
		last = ""
		depth = split(FILENAME, part, "/")
		room = depth > 2 ? part[2] : ""
		own = FILENAME
		sub(/^analyzer\//, "", own)
		sub(/\.c$/, ".h", own)
		in_comment = 0
	}
	# The guard is the first line, so nothing of the file is read twice.
	is_header && !is_list && FNR == 1 && $0 != "#ifndef " guard_of(FILENAME) { complain("the first line is not #ifndef " guard_of(FILENAME)) }
	is_header && !is_list && FNR == 2 && $0 != "#define " guard_of(FILENAME) { complain("the second line is not #define " guard_of(FILENAME)) }

	/^#(if|endif)/ { group = 0; last = "" }
	/^$/ { last = "" }
	# Own header, <system> sorted, "room/x.h" sorted.
	ours && !is_list && !is_header && /^#include [<"]/ && !/_list\.h"/ {
		n_includes++
		split($2, q, /[<>"]/)
		if (n_includes == 1 && q[2] == own)
			next
		if (n_includes == 1 && exists("analyzer/" own))
			complain("own header \"" own "\" comes first")
		# Without a header of its own name a file opens with those of its room.
		g = $2 ~ /^</ ? 1 : 2
		if ($2 ~ /^"/ && group == 0 && index(q[2], room "/") == 1)
			g = 0
		if (g < group)
			complain("<system> headers come before \"room/x.h\"")
		if (g == group && q[2] < last)
			complain("includes are sorted: " q[2] " before " last)
		group = g
		last = q[2]
	}

	{
		line = $0
		# Comments out, strings kept; a string never spans lines here.
		if (in_comment) {
			if (!(at = index(line, "*/"))) next
			line = substr(line, at + 2)
			in_comment = 0
		}
		strings = code = ""
		while (match(line, /"([^"\\]|\\.)*"|\x27([^\x27\\]|\\.)*\x27|\/\*|\/\//)) {
			code = code substr(line, 1, RSTART - 1)
			token = substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH)
			if (token == "//") { line = ""; break }
			if (token == "/*") {
				if (at = index(line, "*/")) { line = substr(line, at + 2); continue }
				in_comment = 1
				line = ""
				break
			}
			# Help may show how to ask: it is a text, not a statement.
			if (token ~ /forensics sql /) continue
			if (token ~ /^"/) { strings = strings " " token; code = code "\"\"" }
			else code = code "\x27\x27"
		}
		code = code line
	}
	ours && code !~ /^#include/ && sql(strings) { complain("SQL in a C string: it belongs into sql/") }
	ours && code ~ /(^|[^a-zA-Z0-9_])(time|clock_gettime|gettimeofday|clock|setlocale|getenv|secure_getenv)\(/ && !allowed_ambient() {
		complain("the clock, the environment and the locale decide nothing here")
	}
	ours && room != "cmd" && room != "" && FILENAME != "analyzer/base/arena.c" && code ~ /(^|[^a-zA-Z0-9_])(printf|puts|putchar|perror|exit|_exit|err|errx|warn|warnx)\(/ {
		complain("only cmd/ prints and exits")
	}
	ours && FILENAME != "analyzer/cmd/pager.c" && code ~ /(^|[^a-zA-Z0-9_])(system|popen|fork|vfork|exec[lv]p?e?|posix_spawnp?|dlopen|socket|connect|getaddrinfo)\(/ {
		complain("no programs are started, no network is touched")
	}
	ours && code ~ /(^|[^a-zA-Z0-9_])typedef struct/ { complain("no typedef of a struct") }
	ours && FILENAME !~ /banned\.h$/ && code ~ /^#[ \t]*(undef (strcpy|strcat|sprintf|strtok|atoi|localtime|strptime)|pragma)/ { complain("no way around base/banned.h, no #pragma") }

	function sql(s) {
		return s ~ /(^|[^A-Za-z_])(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|ATTACH|DETACH|VACUUM|REINDEX|SAVEPOINT|ROLLBACK)[ ";]/ ||
		       s ~ /(^|[^a-z_])(select [^"]* from |insert into |update [a-z_]+ set |delete from |create (table|view|index|trigger|temp) |drop (table|view|index) |pragma [a-z_]+)/ ||
		       s ~ /" *(BEGIN|COMMIT|END)[ ";]/
	}
	# cmd/ may ask whether a terminal wants colours; lint measures a regex, the query of a
	# user has a timeout: none of them says anything about evidence.
	function allowed_ambient() { return room == "cmd" || FILENAME ~ /^analyzer\/(main|rule\/lint_regex|store\/query)\.c$/ }
	END { exit bad }
	' "$@"
}
# shellcheck disable=SC2086
check c_style $code

# --- the build keeps banned.h everywhere ------------------------------------
grep -q -- '-include base/banned\.h' Makefile || complain 'Makefile: base/banned.h is not forced into every file of analyzer/'
for f in strcpy strcat strncpy strncat sprintf vsprintf gets strtok strtok_r atoi atol atof sscanf \
	localtime localtime_r gmtime ctime asctime strptime strftime mktime rand srand; do
	grep -qE "^#pragma GCC poison .*\\<$f\\>" analyzer/base/banned.h || complain "analyzer/base/banned.h: does not ban $f"
done

# --- layers, doors ----------------------------------------------------------
check sh tools/check-layers.sh

# --- one fact, one place: sources -------------------------------------------
list=analyzer/source/source_list.h
sources=$(sed -n 's/^SOURCE(\([a-z0-9_]*\))$/\1/p' $list)
[ "$(grep -c . $list)" = "$(echo "$sources" | wc -l)" ] || complain "$list: only lines SOURCE(name)"
[ "$sources" = "$(echo "$sources" | sort)" ] || complain "$list: not sorted"
for s in $sources; do
	[ -f "analyzer/source/$s.c" ] || complain "$list: no analyzer/source/$s.c"
	ls "fixtures/sources/$s"/*.in >/dev/null 2>&1 || complain "$list: no fixtures/sources/$s/*.in"
	grep -q "^| \`$s\` |" README.md || complain "$list: README.md has no row | \`$s\` |"
done
for d in fixtures/sources/*/; do
	d=$(basename "$d")
	echo "$sources" | grep -qx "$d" || complain "fixtures/sources/$d: no such source"
done
for f in fixtures/sources/*/*.in; do
	[ -f "${f%.in}.expect" ] || complain "$f: no ${f%.in}.expect"
done
for f in fixtures/sources/*/*.expect; do
	[ -f "${f%.expect}.in" ] || complain "$f: no ${f%.expect}.in"
done

# --- rules ------------------------------------------------------------------
for f in $(find rules -name '*.yaml' ! -name '*.tests.yaml' | sort); do
	id=$(basename "$f" .yaml)
	grep -qE "^rule: *$id\$" "$f" || complain "$f: the rule in it is not named $id"
	grep -q '^tests:' "$f" || complain "$f: no tests"
	grep -q "^| \`$id\` |" README.md || complain "$f: README.md has no row | \`$id\` |"
	ls -d "fixtures/scenarios/$id"/*/ >/dev/null 2>&1 || { complain "$f: no fixtures/scenarios/$id"; continue; }
	grep -q "^finding $id" "fixtures/scenarios/$id"/*/expect || complain "$f: no scenario of it expects the finding"
	grep -q "^none $id\|^none\$" "fixtures/scenarios/$id"/*/expect || complain "$f: no scenario of it is a near miss"
done
for d in fixtures/scenarios/*/*/; do
	[ -f "$d/expect" ] || complain "$d: no expect"
	[ -d "$d/bundle" ] || ls "$d"/bundle.* >/dev/null 2>&1 || complain "$d: no bundle"
done

# --- scripts ----------------------------------------------------------------
for f in $(find tools tests bench -name '*.sh' | sort); do
	sh -n "$f" || complain "$f: does not parse"
done
[ ! -f .ci/run ] || bash -n .ci/run || complain '.ci/run: does not parse'
[ ! -f .ci/run ] || [ -x .ci/run ] || complain '.ci/run: not executable'

exit $bad
