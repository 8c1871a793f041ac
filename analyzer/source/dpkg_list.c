#include <stdio.h>

#include "base/arena.h"
#include "bundle/reader.h"
#include "record/record.h"
#include "source/attrs.h"
#include "source/source.h"

/* dpkg -l (src/query/main.c): five lines of header, which `| grep` takes away, then a line a package:
 *
 *     ||/ Name             Version               Architecture Description
 *     ii  nvidia-dkms-535  535.183.01-0ubuntu1   amd64        NVIDIA DKMS package
 *
 * and apt list --installed (or --upgradable: the version in the brackets is the one that is there):
 *
 *     nvidia-dkms-535/jammy-updates,now 535.183.01-0ubuntu1 amd64 [installed,automatic]
 *
 * Two letters say what is wanted and what is, a third that something is broken.  No name, version or architecture
 * holds a blank, so the widths of the columns do not matter.  What was held at the collection has no instant of its own:
 * one event package.listed each, with package, arch, version, candidate, state and wanted, at the collection. */

static const struct state { char letter; const char *name; } states[] = {
	{ 'n', "not-installed" }, { 'i', "installed" }, { 'c', "config-files" }, { 'U', "unpacked" }, { 'F', "half-configured" },
	{ 'H', "half-installed" }, { 'W', "triggers-awaited" }, { 't', "triggers-pending" },
};
static const struct state wishes[] = {
	{ 'u', "unknown" }, { 'i', "install" }, { 'r', "remove" }, { 'p', "purge" }, { 'h', "hold" },
};

/* Packages whose version is a fact of the host: kernel, driver, CUDA and what starts containers on them. */
static const char *const facts[] = {
	"linux-image", "linux-headers", "linux-modules", "nvidia", "libnvidia", "xserver-xorg-video-nvidia", "cuda", "libcuda", "libcudnn",
	"libnccl", "datacenter-gpu-manager", "gdrdrv", "mlnx-ofed", "doca-ofed", "rdma-core", "dkms", "containerd", "docker", "kubelet",
};

/* No Debian runs with fewer packages: such a list was asked for by name, or searched. */
#define WHOLE_LIST 64

struct row {
	const char *wish, *state;
	bool broken;
	struct str name, arch, version, description, candidate;
};

static const char *named(const struct state *table, size_t n, char letter)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].letter == letter)
			return table[i].name;
	return NULL;
}

static bool is_header(struct str line)
{
	return str_starts(line, STR("Desired=Unknown/Install/")) || str_starts(line, STR("| Status=Not/Inst/")) || str_starts(line, STR("|/ Err?=(none)/")) ||
	       str_starts(line, STR("||/ Name ")) || str_starts(line, STR("+++-="));
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_digit(c) && !(c >= 'a' && c <= 'z') && (i == 0 || (c != '+' && c != '-' && c != '.')))
			return false;
	}
	return s.n > 1;
}

/* Debian policy 5.6.12: a version begins with a digit, or is what dpkg prints for none. */
static bool is_version(struct str s)
{
	return s.n > 0 && (is_digit(s.p[0]) || str_eq(s, STR("<none>")));
}

/* "Listing... Done", and what apt says when nobody looks at the terminal. */
static bool is_apt_talk(struct str line)
{
	return str_starts(line, STR("Listing...")) || str_starts(line, STR("WARNING: apt does not have a stable CLI interface."));
}

static bool read_apt_row(struct str line, struct row *out)
{
	size_t slash = str_chr(line, '/'), from;
	struct str rest = str_from(line, slash + 1), word, state;

	*out = (struct row){ .wish = "install", .name = str_head(line, slash) };
	if (slash >= line.n || !is_name(out->name) || !str_word(&rest, &word) || !str_word(&rest, &out->version) || !is_version(out->version) ||
	    !str_word(&rest, &out->arch))
		return false;
	state = str_trim(rest);
	if (!str_starts(state, STR("[")) || !str_ends(state, STR("]")))
		return false;
	from = str_find(state, STR("upgradable from: "));
	if (from < state.n) {
		out->candidate = out->version;
		out->version = str_from(state, from + 17);
		out->version.n--;
	}
	out->state = from < state.n || str_has(state, STR("installed")) ? "installed" : str_has(state, STR("residual-config")) ? "config-files" : NULL;
	return out->state != NULL;
}

static bool read_row(struct str line, struct row *out)
{
	struct str rest = line, after;
	size_t colon;

	if (read_apt_row(line, out))
		return true;
	*out = (struct row){ 0 };

	if (str_skip(&rest, STR("dpkg-query: no packages found matching "))) {
		*out = (struct row){ .wish = "unknown", .state = "not-installed", .name = str_trim(rest) };
		return out->name.n > 0;
	}
	rest = str_from(line, 3);
	if (line.n < 8 || !is_blank(line.p[3]))
		return false;
	out->wish = named(wishes, sizeof(wishes) / sizeof(wishes[0]), line.p[0]);
	out->state = named(states, sizeof(states) / sizeof(states[0]), line.p[1]);
	out->broken = line.p[2] == 'R';
	if (!out->wish || !out->state || (!is_blank(line.p[2]) && !out->broken))
		return false;
	if (!str_word(&rest, &out->name) || !str_word(&rest, &out->version) || !is_version(out->version))
		return false;
	colon = str_chr(out->name, ':');
	out->arch = str_from(out->name, colon + 1);
	out->name = str_head(out->name, colon);
	after = rest;
	if (str_word(&after, &out->description) && out->description.p[0] != '(') { /* "(no description available)" of a package without one */
		if (!out->arch.n && !str_eq(out->description, STR("<none>")))
			out->arch = out->description;
		rest = after;
	}
	out->description = str_trim(rest);
	return is_name(out->name);
}

static int detect(struct str path, struct str head)
{
	struct str line;
	struct row row;
	int rows = 0, other = 0;

	(void)path;
	while (rows + other < 32 && str_cut(&head, '\n', &line)) {
		line = str_rtrim(line);
		if (str_starts(line, STR("Desired=Unknown/Install/")))
			return 48;
		if (line.n && !is_header(line) && !is_apt_talk(line)) {
			rows += read_row(line, &row);
			other += !read_row(line, &row);
		}
	}
	return rows > other ? 32 : 0;
}

static bool is_fact(struct str name)
{
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (str_starts(name, str_of(facts[i])))
			return true;
	return false;
}

static void emit_version(struct emitter *out, const struct row *row, uint32_t line)
{
	char key[160];

	if (str_eq(str_of(row->state), STR("config-files")) || str_eq(str_of(row->state), STR("not-installed")) || !is_fact(row->name) || row->name.n > 128)
		return;
	snprintf(key, sizeof key, "package.%.*s", STR_ARG(row->name));
	emit_fact(out, STR_NONE, str_of(key), row->version, line);
}

static enum status emit_row(struct emitter *out, uint32_t clock, struct attrs *f, const struct line *line, const struct row *row, struct error *err)
{
	struct event e = {
		.clock = clock, .severity = row->broken || row->state[0] == 'h' || row->state[0] == 'u' ? SEV_WARNING : SEV_NONE,
		.line = line->no, .lines = 1, .offset = line->offset, .kind = STR("package.listed"), .text = str_rtrim(line->text),
	};

	arena_reset(f->a);
	attrs_reset(f);
	attrs_text(f, STR("package"), row->name);
	attrs_text(f, STR("arch"), row->arch);
	attrs_text(f, STR("version"), str_eq(row->version, STR("<none>")) ? STR_NONE : row->version);
	attrs_text(f, STR("candidate"), row->candidate);
	attrs_text(f, STR("state"), str_of(row->state));
	attrs_text(f, STR("wanted"), str_of(row->wish));
	if (row->broken)
		attrs_text(f, STR("reinstall_required"), STR("true"));
	e.fields = f->v;
	e.n_fields = f->n;
	emit_version(out, row, line->no);
	return emit_event(out, &e, err);
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	uint32_t clock = clocks_get(emit_clocks(out), CLOCK_AGE, STR_NONE, emit_path(out), 0);
	struct arena *scratch = arena_new();
	struct attrs f;
	struct line line;
	struct row row;
	size_t rows = 0;
	enum status st;

	attrs_init(&f, scratch);
	while ((st = reader_line(in, &line, err)) == OK) {
		if (str_trim(line.text).n == 0 || is_header(line.text) || is_apt_talk(line.text))
			continue;
		if (read_row(line.text, &row) && ++rows)
			st = emit_row(out, clock, &f, &line, &row, err);
		else
			st = emit_reject(out, line.no, line.offset, line.text, "no row of dpkg -l", err);
		if (st != OK)
			break;
	}
	/* Of the whole list: not in it is not installed. */
	emit_cover(out, rows < WHOLE_LIST ? COVER_EXCERPT : COVER_SNAPSHOT);
	arena_free(scratch);
	return st == END ? OK : st;
}

const struct source source_dpkg_list = {
	.name = "dpkg_list",
	.title = "List of packages (dpkg -l, apt list)",
	.collect = "dpkg -l > dpkg-l.txt",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};
