#!/bin/sh
# embed.sh sql | assets: text files as NUL-terminated C arrays (a string
# literal may not be that long).  sql/query/x_y.sql -> SQL_X_Y;
# assets: analyzer/report/assets/* and rules/**/*.yaml, the latter listed in BUILTIN_RULES.
# embed.sh page FROM TO: what npm brought to FROM for the report, as an assembly file (report/live.c has the names);
# TO keeps what had to be compressed.
set -eu
symbol() { # NAME FILE
	printf '.global %s\n.global %s_end\n%s: .incbin "%s"\n%s_end: .byte 0\n' "$1" "$1" "$1" "$2" "$1"
}
array() { # NAME FILE
	printf '__attribute__((unused)) static const char %s[] = {\n' "$1"
	od -An -v -tx1 "$2" | sed "s/ \([0-9a-f][0-9a-f]\)/'\\\\x\1',/g"
	printf '0 };\n'
}
case $1 in
sql)
	for f in sql/*.sql sql/query/*.sql; do
		[ -f "$f" ] || continue
		array "SQL_$(basename "$f" .sql | tr a-z- A-Z_)" "$f"
	done
	printf 'struct cookbook_entry { const char *name; const char *sql; };\n'
	list=
	for f in sql/cookbook/*.sql; do
		[ -f "$f" ] || continue
		n=$(basename "$f" .sql)
		c="COOKBOOK_$(echo "$n" | tr a-z- A-Z_)"
		array "$c" "$f"
		list="$list	{ \"$n\", $c },
"
	done
	printf '__attribute__((unused)) static const struct cookbook_entry COOKBOOK[] = {\n%s	{ 0, 0 }\n};\n' "$list"
	;;
assets)
	for f in analyzer/report/assets/*; do
		[ -f "$f" ] || continue
		array "ASSET_$(basename "$f" | tr a-z.- A-Z__)" "$f"
	done
	printf 'struct builtin_rule { const char *path; const char *text; };\n'
	list=
	for f in $(find rules -name '*.yaml' | LC_ALL=C sort); do
		c="RULE_$(echo "${f#rules/}" | tr a-z./- A-Z___)"
		array "$c" "$f"
		list="$list	{ \"$f\", $c },
"
	done
	printf '__attribute__((unused)) static const struct builtin_rule BUILTIN_RULES[] = {\n%s	{ 0, 0 }\n};\n' "$list"
	;;
page)
	echo '.section .rodata'
	symbol page_uplot_js "$2/uplot/dist/uPlot.iife.min.js"
	symbol page_uplot_css "$2/uplot/dist/uPlot.min.css"
	symbol page_uplot_license "$2/uplot/LICENSE"
	symbol page_sqljs "$2/sql.js/dist/sql-wasm.js"
	gzip -9nc "$2/sql.js/dist/sql-wasm.wasm" > "$3/sql-wasm.gz"
	symbol page_sqljs_wasm_gz "$3/sql-wasm.gz"
	symbol page_sqljs_license "$2/sql.js/LICENSE"
	echo '.section .note.GNU-stack,"",%progbits'
	;;
esac
