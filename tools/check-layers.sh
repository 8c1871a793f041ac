#!/bin/sh
# check-layers.sh: who may include whom.
# - rooms: docs/layers.txt ("room: the rooms it may include", * = all); analyzer/*.[ch] include anything;
# - room/*_priv.h stays inside its room;
# - doors: each library is included by the files named below only, so that one wrapper knows its traps.
# Prints one line per violation; exit 1 when there is any.
set -eu

# header : files that may include it (patterns under analyzer/, separated by |)
doors='sqlite3.h       store/
pcre2.h         rule/pattern|rule/lint|match/
hs.h            match/prefilter.c
zlib.h          bundle/gz.c|base/deflate.c
lzma.h          bundle/xz.c
bzlib.h         bundle/bz2.c
zstd.h          bundle/zst.c
archive.h       bundle/archive.c
archive_entry.h bundle/archive.c
cjson/          base/json.c
nettle/         base/sha256.c
yaml.h          rule/yaml.c
cmark.h         report/markup.c
editline/       cmd/shell.c
pthread.h       store/
locale.h        -
sys/socket.h    -
netdb.h         -'

# shellcheck disable=SC2046 # no blanks in our names
echo "$doors" | awk '
function complain(text) { print FILENAME ":" FNR ": " text; bad = 1 }

# The table of doors, then the layers, then the sources.
FILENAME == "-" { header[++n_doors] = $1; allowed[n_doors] = $2; next }
FILENAME == "docs/layers.txt" {
	room = $1
	if (!sub(/:$/, "", room)) { if (NF) complain("not a line \"room: rooms\""); next }
	rooms[room] = 1
	for (i = 2; i <= NF; i++)
		may[room, $i] = 1
	next
}
FNR == 1 {
	depth = split(FILENAME, part, "/")
	room = depth > 2 ? part[2] : ""
	if (room != "" && !(room in rooms))
		complain("room \"" room "\" is not in docs/layers.txt")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, q, "\"")
	to = q[2]
	if (!sub(/\/.*/, "", to)) # "pipeline.h", "sql.h"
		to = ""
	if (to == "" && room != "" && room != "cmd" && q[2] != "sql.h" && q[2] != "assets.h")
		complain("room \"" room "\" may not include \"" q[2] "\" of the top level")
	if (to != "" && room != "" && to != room && !((room, to) in may) && !((room, "*") in may))
		complain("room \"" room "\" may not include \"" q[2] "\": see docs/layers.txt")
	if (q[2] ~ /_priv\.h$/ && to != room)
		complain("\"" q[2] "\" is private to room \"" to "\"")
}
/^[ \t]*#[ \t]*include[ \t]*<.*>/ {
	split($0, q, /[<>]/)
	for (i = 1; i <= n_doors; i++) {
		if (index(q[2], header[i]) != 1)
			continue
		ok = 0
		n = split(allowed[i], a, "|")
		for (k = 1; k <= n; k++)
			ok = ok || index(FILENAME, "analyzer/" a[k]) == 1
		if (!ok)
			complain("<" q[2] "> only through " (allowed[i] == "-" ? "nobody" : allowed[i]))
	}
}
END { exit bad }
' - docs/layers.txt $(find analyzer -name '*.[ch]' | LC_ALL=C sort)
