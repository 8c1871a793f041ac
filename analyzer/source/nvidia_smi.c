#include "source/plain.h"
#include "source/smi.h"
#include "source/source.h"

#include "base/buf.h"

/* What nvidia-smi prints for people: the table, -q in text and XML, -L,
 * topo -m, nvlink, --version, and what it says when it fails.  One file may hold
 * any of them one after the other, and CSV rows between. */

struct reader_state {
	struct emitter *out;
	struct smi_table *table;
	struct smi_query *query;
	struct smi_csv *csv;
	struct smi_time at;       /* of the last line that was nothing but a date */
	bool timed;
	bool topology, legend;    /* inside the matrix, the text below it */
	bool skipping;            /* below "# $ nvidia-smi <something we do not read>" */
	struct buf block;         /* lines of the matrix, or of one GPU's links */
	struct line block_at;
	uint32_t block_lines;
	char index[24], name[96], uuid[96]; /* of the last "GPU 0: name (UUID: ..)" */
	bool gpu;                 /* it waits: links follow, or it is a plain list */
	unsigned links, inactive;
};

/* "GPU 0: NVIDIA H200 (UUID: GPU-..)" */
static bool gpu_heading(struct str s, struct str *index, struct str *name, struct str *uuid)
{
	size_t colon, paren = str_find(s, STR(" (UUID: "));

	if (!str_starts(s, STR("GPU ")) || paren == s.n)
		return false;
	colon = str_chr(s, ':');
	if (colon > 8 || colon + 2 > paren)
		return false;
	*index = (struct str){ s.p + 4, colon - 4 };
	*name = str_trim((struct str){ s.p + colon + 1, paren - colon - 1 });
	*uuid = str_from(s, paren + 8);
	uuid->n = str_chr(*uuid, ')');
	return gpu_is_uuid(*uuid);
}

static bool is_date(struct str line, struct stamp *st)
{
	struct str s = str_trim(line);
	size_t n;

	return s.n >= 24 && s.n <= 32 && (n = ts_ctime(s, st)) > 0 && n == s.n;
}

static bool is_matrix(struct str line)
{
	struct str s = str_trim(line);

	return str_starts(s, STR("GPU0\t")) && (str_has(s, STR("GPU1")) || str_has(s, STR("Affinity")));
}

static struct smi_time now(const struct reader_state *s)
{
	return s->timed ? s->at : (struct smi_time){ smi_clock_now(s->out), 0, 0 };
}

static enum status emit_block(struct reader_state *s, struct str kind, enum severity severity, struct str entity,
    struct str text,
			      const struct field *fields, size_t n, struct error *err)
{
	struct smi_time at = now(s);

	return emit_event(s->out, &(struct event){ .t = at.t, .clock = at.clock, .u_us = at.u_us, .severity = severity,
		.line = s->block_at.no, .lines = s->block_lines, .offset = s->block_at.offset, .kind = kind, .entity = entity,
		.text = text, .fields = fields, .n_fields = n }, err);
}

static void block_add(struct reader_state *s, const struct line *line)
{
	if (s->block_lines++ == 0) {
		buf_reset(&s->block);
		s->block_at = *line;
	} else {
		buf_putc(&s->block, '\n');
	}
	buf_add(&s->block, str_rtrim(line->text));
}

/* The GPU heading that waits, with its links or alone. */
static enum status gpu_done(struct reader_state *s, struct error *err)
{
	char entity[128], links[16], inactive[16];
	struct field fields[5] = {
		{ STR("index"), str_of(s->index), FIELD_TEXT }, { STR("name"), str_of(s->name), FIELD_TEXT },
		{ STR("uuid"), str_of(s->uuid), FIELD_TEXT } };
	bool linked = s->block_lines > 1;
	enum status st;

	if (!s->gpu)
		return OK;
	s->gpu = false;
	snprintf(entity, sizeof(entity), "gpu:%s", s->uuid);
	snprintf(links, sizeof(links), "%u", s->links);
	snprintf(inactive, sizeof(inactive), "%u", s->inactive);
	fields[3] = (struct field){ STR("links"), str_of(links), FIELD_NUMBER };
	fields[4] = (struct field){ STR("inactive"), str_of(inactive), FIELD_NUMBER };
	st = emit_block(s, linked ? STR("nvidia_smi.nvlink") : STR("nvidia_smi.list"), s->inactive ? SEV_WARNING : SEV_INFO,
			str_of(entity), buf_str(&s->block), fields, linked ? 5 : 3, err);
	s->block_lines = 0;
	return st;
}

static enum status topology_done(struct reader_state *s, struct error *err)
{
	char count[16];
	unsigned gpus = 0;
	struct str text = buf_str(&s->block), line;
	enum status st;

	if (!s->topology)
		return OK;
	s->topology = false;
	s->legend = true;
	while (str_cut(&text, '\n', &line))
		gpus += str_starts(line, STR("GPU")) && !str_has(line, STR("Affinity"));
	snprintf(count, sizeof(count), "%u", gpus);
	st = emit_block(s, STR("nvidia_smi.topology"), SEV_INFO, STR_NONE, buf_str(&s->block),
			&(struct field){ STR("gpus"), str_of(count), FIELD_NUMBER }, 1, err);
	s->block_lines = 0;
	return st;
}

/* Whatever is held back, before a line of another kind. */
static enum status finish_all(struct reader_state *s, struct error *err)
{
	enum status st = gpu_done(s, err);

	if (st == OK)
		st = topology_done(s, err);
	if (st == OK)
		st = smi_table_end(s->table, err);
	if (st == OK)
		st = smi_query_end(s->query, err);
	return st;
}

static enum status gpu_begin(struct reader_state *s, const struct line *line, struct str index, struct str name,
    struct str uuid, struct error *err)
{
	enum status st = finish_all(s, err);
	char key[40];

	snprintf(s->index, sizeof(s->index), "%.*s", STR_ARG(index));
	snprintf(s->name, sizeof(s->name), "%.*s", STR_ARG(name));
	snprintf(s->uuid, sizeof(s->uuid), "%.*s", STR_ARG(uuid));
	s->gpu = true;
	s->links = s->inactive = 0;
	snprintf(key, sizeof(key), "gpu.%s.name", s->index);
	emit_fact(s->out, STR_NONE, str_of(key), name, line->no);
	emit_link(s->out, STR("gpu"), index, "is", STR("gpu"), uuid);
	block_add(s, line);
	return st;
}

/* "\t Link 3: <inactive>", "NVML: Unable to retrieve NVLink ..": below a heading. */
static bool link_line(struct reader_state *s, const struct line *line)
{
	struct str text = str_trim(line->text);
	bool none = str_has(text, STR("all links are inactive"));

	if (!s->gpu || (!str_starts(text, STR("Link ")) && str_ifind(text, STR("nvlink")) == text.n))
		return false;
	s->links += str_starts(text, STR("Link "));
	s->inactive += none || str_has(text, STR("inactive"));
	block_add(s, line);
	return true;
}

/* "  MIG 1g.18gb     Device  3: (UUID: MIG-..)" of -L. */
static enum status mig_line(struct reader_state *s, const struct line *line, struct error *err)
{
	struct str rest = str_trim(line->text), profile = STR_NONE, uuid;
	char entity[128];
	enum status st = gpu_done(s, err);

	str_skip(&rest, STR("MIG "));
	str_word(&rest, &profile);
	uuid = str_from(rest, str_find(rest, STR("(UUID: ")) + 7);
	uuid.n = str_chr(uuid, ')');
	snprintf(entity, sizeof(entity), "gpu:%.*s", STR_ARG(str_head(uuid, 96)));
	s->block_at = *line;
	s->block_lines = 1;
	if (st == OK)
		st = emit_block(s, STR("nvidia_smi.list"), SEV_INFO, str_of(entity), str_trim(line->text), (struct field[]){
			{ STR("index"), str_of(s->index), FIELD_TEXT }, { STR("mig_profile"), profile, FIELD_TEXT },
			{ STR("uuid"), uuid, FIELD_TEXT }, { STR("parent"), str_of(s->uuid), FIELD_TEXT } }, 4, err);
	s->block_lines = 0;
	return st;
}

/* "DRIVER version      : 580.159.04" of --version. */
static bool version_line(struct reader_state *s, const struct line *line)
{
	static const struct { const char *label, *fact; } labels[] = {
		{ "NVIDIA-SMI version", "nvidia_smi.version" }, { "NVML version", "nvml.version" }, { "DRIVER version", "driver.version" },
		{ "KMD version", "driver.version" }, { "CUDA Version", "cuda.version" }, { "CUDA version", "cuda.version" },
		{ "CUDA UMD version", "cuda.version" } };
	size_t colon = str_chr(line->text, ':');
	struct str label = str_trim(str_head(line->text, colon)), value = str_trim(str_from(line->text, colon + 1));

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		if (!str_eq(label, str_of(labels[i].label)))
			continue;
		if (value.n && is_digit(*value.p)) /* "Deprecated, see .." since 610 */
			emit_fact(s->out, STR_NONE, str_of(labels[i].fact), value, line->no);
		return true;
	}
	return false;
}

/* Collectors write the command above its output. */
static bool command_line(struct reader_state *s, struct str text)
{
	static const char *const others[] = { "-h", "--help", "dmon", "pmon", "--query-retired-pages" };

	if (!str_starts(text, STR("#")))
		return false;
	text = str_trim(str_from(text, 1));
	if (str_skip(&text, STR("$ nvidia-smi"))) {
		text = str_trim(text);
		s->skipping = false;
		for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
			s->skipping = s->skipping || str_starts(text, str_of(others[i]));
	} else if (str_has(text, STR(" :: "))) {
		s->skipping = true; /* a heading; the command below decides */
	}
	return true;
}

static enum status one_line(struct reader_state *s, const struct line *line, struct error *err)
{
	struct str text = str_trim(line->text), index, name, uuid;
	enum status st = OK;
	struct stamp stamp;

	if (!smi_query_wants(s->query, line->text) && command_line(s, text))
		return finish_all(s, err);
	if (s->skipping)
		return OK;
	if (smi_query_begins(line->text) || smi_query_wants(s->query, line->text)) {
		if (smi_query_begins(line->text))
			st = gpu_done(s, err);
		if (st == OK)
			st = smi_table_end(s->table, err);
		return st == OK ? smi_query_line(s->query, line, err) : st;
	}
	if (text.n == 0)
		return topology_done(s, err);
	if (smi_table_wants(line->text)) {
		st = gpu_done(s, err);
		return st == OK ? smi_table_line(s->table, line, str_has(text, STR("NVIDIA-SMI ")) ? now(s) : s->at, err) : st;
	}
	if (is_date(text, &stamp)) {
		st = finish_all(s, err);
		s->timed = true;
		s->at = (struct smi_time){ stamp.has_zone ? clocks_host(emit_clocks(s->out), STR_NONE) : smi_clock_local(s->out), stamp.t, stamp.resolution_us };
		return st;
	}
	if (gpu_heading(text, &index, &name, &uuid))
		return gpu_begin(s, line, index, name, uuid, err);
	if (link_line(s, line))
		return OK;
	if (str_starts(text, STR("MIG ")) && str_has(text, STR("(UUID: MIG-")))
		return mig_line(s, line, err);
	if (s->topology || is_matrix(text)) {
		st = s->topology ? OK : finish_all(s, err);
		s->topology = true;
		block_add(s, line);
		return st;
	}
	st = finish_all(s, err);
	if (st != OK)
		return st;
	if (smi_failure(text) || str_starts(text, STR("modprobe: "))) { /* which nvidia-smi starts, to load the module */
		s->block_at = *line;
		return smi_emit_message(s->out, STR("nvidia_smi.failure"), line, text, now(s), err);
	}
	if (version_line(s, line) || str_starts(text, STR("<?xml")) || str_starts(text, STR("<!DOCTYPE")))
		return OK;
	if (s->legend && (str_eq(text, STR("Legend:")) || str_eq(text, STR("NIC Legend:")) || str_has(text, STR(" = ")) ||
	    str_starts(text, STR("NIC"))))
		return OK;
	if (str_chr(text, ',') < text.n)
		return smi_csv_line(s->csv, line, err);
	return emit_reject(s->out, line->no, line->offset, line->text, "no output of nvidia-smi", err);
}

#define DETECT_LINES 24
#define OWN_LINES 300

/* A job's log may begin with nvidia-smi's table: then it is the job's. */
static bool mostly_ours(struct str head)
{
	struct str line;
	struct stamp st;
	int own = 0, others = 0;

	while (own + others < OWN_LINES && str_cut(&head, '\n', &line)) {
		struct str text = str_trim(line);

		if (text.n == 0)
			continue;
		/* -q and XML are indented; rows of CSV come with commas. */
		if (smi_table_wants(line) || is_blank(*line.p) || *text.p == '<' || *text.p == '=' || *text.p == '#' ||
		    str_has(text, STR(" : ")) || str_starts(text, STR("GPU ")) || str_has(text, STR(", ")) || is_date(text, &st) ||
		    smi_failure(text))
			own++;
		else
			others++;
	}
	return own >= others;
}

static int marker_bits(struct str head)
{
	struct str line, index, name, uuid;
	int seen = 0, failures = 0, lists = 0, comments = 0;

	while (seen < DETECT_LINES && str_cut(&head, '\n', &line)) {
		struct str text = str_trim(line);
		struct str heading = text;

		if (text.n == 0 || (*text.p == '#' && comments++ < 40))
			continue;
		seen++;
		if (*text.p == '|' && str_has(text, STR("| NVIDIA-SMI ")))
			return 48;
		if (str_has(text, STR("<nvidia_smi_log>")) || str_has(text, STR("nvsmi_device")))
			return 56;
		if (smi_query_begins(line))
			return *text.p == '=' ? 48 : 20;
		str_skip(&heading, STR("\033[4m"));
		if (is_matrix(heading) || str_starts(text, STR("NVIDIA-SMI version  :")))
			return 32;
		if (str_has(text, STR("Every ")) && str_has(text, STR("nvidia-smi")) && str_has(text, STR("NVIDIA-SMI")))
			return 24; /* watch: a screen, not text */
		failures += smi_failure(text) != NULL;
		lists += gpu_heading(text, &index, &name, &uuid) || (str_starts(text, STR("Link ")) && str_chr(text, ':') < text.n);
	}
	if (lists && lists * 2 >= seen)
		return 32;
	return failures && failures * 2 >= seen ? 32 : 0;
}

static int detect(struct str path, struct str head)
{
	int bits = marker_bits(head);

	(void)path;
	return bits && !mostly_ours(head) ? 8 : bits;
}

static enum status parse(struct reader *in, struct emitter *out, struct error *err)
{
	struct reader_state s = { .out = out };
	struct buf plain;
	struct line line;
	enum status st;

	s.csv = smi_csv_new(out, reader_head(in));
	s.table = smi_table_new(out);
	s.query = smi_query_new(out);
	buf_init(&s.block, LIMIT_EVENT_TEXT);
	buf_init(&plain, LIMIT_LINE);
	emit_cover(out, COVER_POLLED);
	while ((st = reader_line(in, &line, err)) == OK) {
		line.text = plain_text(line.text, &plain);
		st = one_line(&s, &line, err);
		if (st != OK)
			break;
	}
	if (st == END)
		st = finish_all(&s, err);
	if (st == OK)
		st = smi_csv_end(s.csv, err);
	buf_done(&plain);
	buf_done(&s.block);
	smi_query_free(s.query);
	smi_table_free(s.table);
	smi_csv_free(s.csv);
	return st;
}

const struct source source_nvidia_smi = {
	.name = "nvidia_smi",
	.title = "GPU state (nvidia-smi)",
	.collect = "nvidia-smi; nvidia-smi -q; nvidia-smi -L; nvidia-smi topo -m; nvidia-smi nvlink -s",
	.of_machine = true,
	.detect = detect,
	.parse = parse,
};
