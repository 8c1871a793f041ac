#!/bin/sh
# new-source.sh NAME: writes the skeleton of a log source that builds and passes its golden:
# analyzer/source/NAME.c, its line in source_list.h, a fixture, a row of README.md.
# Then make it read the real format: docs/adding-a-source.md.
set -eu
LC_ALL=C
export LC_ALL
name=${1:-}
case $name in
'' | *[!a-z0-9_]* | [!a-z]*)
	echo 'usage: sh tools/new-source.sh NAME     lower-case letters, digits and _, as in slurm_log' >&2
	exit 2
	;;
esac
list=analyzer/source/source_list.h
code=analyzer/source/$name.c
fixture=fixtures/sources/$name/example.in
[ -f $list ] || { echo 'run this from the top of the tree' >&2; exit 2; }
[ ! -e "$code" ] || { echo "$code is there already" >&2; exit 2; }

cat >"$code" <<END
#include "bundle/reader.h"
#include "record/record.h"
#include "source/source.h"

/* What writes this log, where it lies, and who says what its lines look like.
 *
 *     2026-07-14T06:12:31Z $name: text
 */

static bool read_line(struct str line, struct stamp *stamp, struct str *text)
{
	size_t n = ts_iso8601(line, stamp);
	struct str rest = str_trim(str_from(line, n));

	if (n == 0 || !str_skip(&rest, STR("$name: ")))
		return false;
	*text = rest;
	return text->n > 0;
}

/* 32 and more is for what only this format has; ties are reported, not guessed. */
static int detect(struct str path, struct str head)
{
	struct str line, text;
	struct stamp stamp;

	(void)path;
	while (str_cut(&head, '\n', &line))
		if (str_trim(line).n)
			return read_line(line, &stamp, &text) ? 32 : 0;
	return 0;
}

/* A stamp with a zone is UTC; one without is the local time of the host, whatever that is. */
static uint32_t clock_of(struct emitter *out, const struct stamp *stamp)
{
	return stamp->has_zone ? CLOCK_IS_UTC : clocks_get(emit_clocks(out), CLOCK_LOCAL, STR_NONE, STR_NONE, 0);
}

static enum status one_line(struct emitter *out, const struct line *line, struct error *err)
{
	struct stamp stamp;
	struct str text;
	struct event e = { .line = line->no, .lines = 1, .offset = line->offset, .severity = SEV_NONE, .kind = STR("$name.message") };

	if (str_trim(line->text).n == 0)
		return OK;
	if (!read_line(line->text, &stamp, &text))
		return emit_reject(out, line->no, line->offset, line->text, "not a stamp and $name", err);
	e.t = stamp.t;
	e.u_us = stamp.resolution_us;
	e.clock = clock_of(out, &stamp);
	e.text = text;
	return emit_event(out, &e, err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct line line;
	enum status st;

	while ((st = reader_line(in, &line, err)) == OK)
		if ((st = one_line(out, &line, err)) != OK)
			return st;
	return st == END ? OK : st;
}

const struct source source_$name = {
	.name = "$name",
	.title = "$name",
	.collect = "cp /var/log/$name .",
	.detect = detect,
	.parse = parse,
};
END

{ cat $list; echo "SOURCE($name)"; } | sort >$list.new
mv $list.new $list

mkdir -p "fixtures/sources/$name"
cat >"$fixture" <<END
2026-07-14T06:12:31Z $name: a line as the program writes it
2026-07-14 08:12:32.250 $name: one without a zone

a line that is none
END

# The table of sources is the rows between its heading and the next; they are sorted.
awk -v name="$name" -v row="| \`$name\` | what it reads | \`cp /var/log/$name .\` |" '
	/^## / { in_table = /^## Sources/ }
	in_table && !done && /^\| `/ && substr($2, 2, length($2) - 2) > name { print row; done = 1 }
	in_table && !done && rows && !/^\|/ { print row; done = 1 }
	{ rows = in_table && /^\| `/; print }
' README.md >README.md.new
mv README.md.new README.md

echo "wrote   $code"
echo "        $fixture"
echo "added   SOURCE($name) to $list"
echo "        a row to README.md: say what it reads"
echo 'next    make golden-update      writes the .expect: read it'
