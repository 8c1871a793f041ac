#include "source/app.h"

#include "base/number.h"

static void skip_blanks(struct str *s)
{
	while (s->n && is_blank(*s->p))
		*s = str_from(*s, 1);
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

/* One of " - ", " | ", ": " and the blanks around it. */
static void skip_separator(struct str *s)
{
	struct str t = *s;

	skip_blanks(&t);
	if (t.n > 1 && (*t.p == '-' || *t.p == '|' || *t.p == ':') && is_blank(t.p[1]))
		t = str_from(t, 1);
	skip_blanks(&t);
	*s = t;
}

static void set(struct str *where, struct str value)
{
	if (!where->n)
		*where = value;
}

static void set_stamp(struct app_head *h, const struct stamp *st)
{
	if (h->stamped)
		return;
	h->stamp = *st;
	h->stamped = true;
}

static void set_level(struct app_head *h, enum severity severity, struct str word)
{
	if (h->severity == SEV_NONE)
		h->severity = severity;
	set(&h->level, word);
}

/* The digits behind name in "(VllmWorker rank=5 pid=1234)". */
static struct str number_after(struct str s, struct str name)
{
	struct str v = str_from(s, str_find(s, name) + name.n);
	size_t n = 0;

	while (n < v.n && is_digit(v.p[n]))
		n++;
	return str_has(s, name) ? str_head(v, n) : STR_NONE;
}

/* "(APIServer pid=1) " */
static bool process_prefix(struct str *s, struct app_head *h)
{
	size_t close = str_chr(str_head(*s, 128), ')');
	struct str inside;

	if (*s->p != '(' || close >= s->n || s->p[close] != ')')
		return false;
	inside = (struct str){ s->p + 1, close - 1 };
	if (!str_has(inside, STR("pid=")))
		return false;
	set(&h->pid, number_after(inside, STR("pid=")));
	set(&h->rank, number_after(inside, STR("rank=")));
	set(&h->logger, str_head(inside, str_chr(inside, ' ')));
	*s = str_from(*s, close + 1);
	str_skip(s, STR(" "));
	return true;
}

/* "[rank0]:", "[rank1] ", "[default0]:", "[1,0]<stderr>:". */
static bool rank_prefix(struct str *s, struct app_head *h)
{
	struct str in, rest;
	size_t close = str_chr(str_head(*s, 24), ']');
	struct stamp st;

	if (*s->p != '[' || close >= s->n || s->p[close] != ']')
		return false;
	in = (struct str){ s->p + 1, close - 1 };
	rest = str_from(*s, close + 1);
	if (str_skip(&in, STR("rank")) || str_skip(&in, STR("default"))) {
		if (!all_digits(in) || !rest.n || (*rest.p != ':' && *rest.p != ' '))
			return false;
		rest = str_from(rest, 1);
		if (rest.n && *rest.p == ' ' && rest.p[-1] == ':')
			rest = str_from(rest, 1);
	} else if (str_istarts(in, STR("rank ")) && rest.n && *rest.p == ' ') {
		in = str_trim(str_from(in, 5));
		rest = str_from(rest, 1);
		if (!all_digits(in) || !app_stamp(rest, &st))
			return false; /* "[Rank 0] Watchdog": part of the message */
	} else if (str_skip(&rest, STR("<stderr>:")) || str_skip(&rest, STR("<stdout>:"))) {
		set(&h->stream, (struct str){ rest.p - 8, 6 });
		in = str_from(in, str_chr(in, ',') + 1);
		if (!all_digits(in))
			return false;
	} else {
		return false;
	}
	while (in.n > 1 && *in.p == '0')
		in = str_from(in, 1);
	set(&h->rank, in);
	*s = rest;
	return true;
}

/* "file.cc:153] " with one blank behind it. */
static bool file_bracket(struct str *s, struct str *file)
{
	size_t close = str_chr(str_head(*s, 200), ']');
	struct str f = str_head(*s, close);
	size_t colon = str_rchr(f, ':');

	if (close >= s->n || s->p[close] != ']' || colon >= f.n || str_chr(f, ' ') < f.n || !all_digits(str_from(f, colon + 1)))
		return false;
	*file = f;
	*s = str_from(*s, close + 1);
	str_skip(s, STR(" "));
	return true;
}

/* glog, klog, torch and abseil: "E1122 10:19:57.802155 823 file:line] ", in a
 * bracket from C++; "[E file.cpp:737] " of old torch; "E0000 00:00:<epoch> ..". */
static bool glog(struct str *s, struct app_head *h)
{
	struct str t = *s, file;
	bool bracket = str_skip(&t, STR("["));
	struct stamp st = { 0 };
	enum severity severity;
	struct str letter, digits;
	bool stamped = false, epoch = false;
	size_t n;

	if (t.n < 8 || !memchr("IWEFDC", *t.p, 6))
		return false;
	letter = str_head(t, 1);
	severity = app_severity(letter);
	t = str_from(t, 1);
	if (str_skip(&t, STR("0000 00:00:"))) {
		uint64_t whole, micro;
		size_t dot = str_chr(str_head(t, 12), '.');

		if (dot != 10 || t.n < 17 || !num_u64(str_head(t, 10), &whole) || !num_u64((struct str){ t.p + 11, 6 }, &micro))
			return false;
		st = (struct stamp){ (ts_usec)whole * TS_SECOND + (ts_usec)micro, true, true, 0, 1 };
		stamped = epoch = true;
		t = str_from(t, 17);
	} else if ((n = ts_klog(t, &st)) > 0) {
		stamped = true;
		t = str_from(t, n);
	} else if (!bracket || *t.p != ' ') {
		return false;
	}
	skip_blanks(&t);
	digits = str_head(t, str_chr(str_head(t, 24), ' '));
	if (all_digits(digits)) {
		t = str_from(t, digits.n);
		skip_blanks(&t);
	} else {
		digits = STR_NONE;
	}
	if (!file_bracket(&t, &file))
		return false;
	h->epoch = epoch && !h->stamped;
	if (stamped)
		set_stamp(h, &st);
	set_level(h, severity, letter);
	set(&h->pid, digits);
	set(&h->file, file);
	*s = t;
	return true;
}

/* "host:pid:tid [0] NCCL INFO ..", with the file in front of NCCL at times. */
static bool nccl(struct str *s, struct app_head *h)
{
	size_t open = str_find(str_head(*s, 160), STR(" [")), close, tid, pid;
	struct str who, t;

	if (open >= s->n || s->p[open] != ' ')
		return false;
	who = str_head(*s, open);
	tid = str_rchr(who, ':');
	pid = str_rchr(str_head(who, tid), ':');
	close = str_chr(str_head(*s, open + 12), ']');
	if (tid >= who.n || pid >= tid || pid == 0 || close >= s->n || s->p[close] != ']' || str_chr(who, ' ') < who.n ||
	    !all_digits(str_from(who, tid + 1)) || !all_digits((struct str){ s->p + pid + 1, tid - pid - 1 }))
		return false;
	t = str_from(*s, close + 1);
	skip_blanks(&t);
	if (!str_starts(t, STR("NCCL "))) {
		size_t at = str_find(str_head(t, 120), STR(" NCCL "));

		if (at >= t.n || !str_starts(str_from(t, at), STR(" NCCL ")) || str_chr(str_head(t, at), ' ') < at)
			return false;
		set(&h->file, str_head(t, at));
		t = str_from(t, at + 1);
	}
	set(&h->host, str_head(who, pid));
	set(&h->pid, (struct str){ s->p + pid + 1, tid - pid - 1 });
	if (str_starts(t, STR("NCCL WARN")))
		set_level(h, SEV_WARNING, STR("WARN"));
	else
		set_level(h, SEV_INFO, STR("INFO"));
	set(&h->logger, STR("NCCL"));
	*s = t;
	return true;
}

/* Names of loggers and modules are in lower case or dotted; these words in
 * front of a colon are the message's own. */
static bool is_logger(struct str s)
{
	static const char *const words[] = { "error", "warning", "loss", "epoch", "step", "note", "failed", "exception",
		"reason", "usage",
		"got", "using", "time", "args", "message", "config", "caused", "loading", "total", "status", "info", "result",
		"iter", "http", "https" };
	bool dotted = str_chr(s, '.') < s.n || str_chr(s, '_') < s.n || str_has(s, STR("::"));

	if (s.n < 2 || s.n > 64 || is_digit(*s.p))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool lower = (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '.' || c == '-' || c == '/' || c == ':' || c == '$';

		if (!lower && !(dotted && c >= 'A' && c <= 'Z'))
			return false;
	}
	if (str_ends(s, STR("Error")) || str_ends(s, STR("Exception")) || str_ends(s, STR("Warning")) ||
	    str_has(s, STR("Error_"))) /* "pynvml.NVMLError_DriverNotLoaded" */
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_eq(s, str_of(words[i])))
			return false;
	return true;
}

/* Behind the level: "[file.py:12] ", "mod:func:12 - ", "[823:824] ", "name: ". */
static void after_level(struct str *s, struct app_head *h)
{
	struct str t = *s, inside;
	size_t space;

	if (t.n && *t.p == '[') {
		size_t close = str_chr(str_head(t, 120), ']');

		if (close >= t.n || t.p[close] != ']')
			return;
		inside = (struct str){ t.p + 1, close - 1 };
		t = str_from(t, close + 1);
		if (is_digit(inside.n ? *inside.p : 'x') && all_digits(str_head(inside, str_chr(inside, ':')))) {
			set(&h->pid, str_head(inside, str_chr(inside, ':')));
		} else if (str_chr(inside, ':') < inside.n && str_chr(inside, ' ') == inside.n) {
			set(&h->file, inside);
		} else {
			return; /* "[main]", "[Rank 0]": the reader knows what it is */
		}
		if (str_starts(t, STR(" - ")) || str_starts(t, STR(" | ")))
			t = str_from(t, 3);
		else
			str_skip(&t, STR(" "));
		*s = t;
		return;
	}
	space = str_chr(str_head(t, 120), ' ');
	inside = str_head(t, space);
	if (str_starts(str_from(t, space), STR(" - ")) && str_rchr(inside, ':') < inside.n &&
	    all_digits(str_from(inside, str_rchr(inside, ':') + 1))) {
		set(&h->file, inside);
		*s = str_from(t, space + 3);
		return;
	}
	for (int i = 0; i < 3 && inside.n > 1 && inside.p[inside.n - 1] == ':' && is_logger(str_head(inside, inside.n - 1)); i++) {
		h->logger = str_head(inside, inside.n - 1); /* spans come first, the module last */
		t = str_from(t, space);
		str_skip(&t, STR(" "));
		*s = t;
		space = str_chr(str_head(t, 80), ' ');
		inside = str_head(t, space);
	}
}

/* "name - LEVEL - ", "name LEVEL ": a logger in front of the level. */
static bool name_then_level(struct str *s, struct app_head *h)
{
	size_t space = str_chr(str_head(*s, 96), ' ');
	struct str name = str_head(*s, space), rest = str_from(*s, space), word;
	enum severity severity;
	size_t n;

	if (space >= s->n || space == 0)
		return false;
	skip_separator(&rest);
	n = app_level(rest, &severity, &word);
	if (n == 0)
		return false;
	if (name.p[name.n - 1] == ':')
		name.n--;
	if (name.n > 2 && *name.p == '[' && name.p[name.n - 1] == ']')
		name = (struct str){ name.p + 1, name.n - 2 };
	set(all_digits(name) ? &h->pid : &h->logger, name);
	set_level(h, severity, word);
	*s = str_from(rest, n);
	skip_separator(s);
	return true;
}

/* A level in front of everything: "INFO 11-22 10:16:04 ..", "INFO:     ..",
 * "WARNING:root:..", "[ERROR] ..".  A bare word in capitals is no level. */
static bool level_first(struct str *s, struct app_head *h)
{
	enum severity severity;
	struct str word, t, name;
	struct stamp st;
	size_t n = app_level(*s, &severity, &word), took;

	if (n == 0)
		return false;
	t = str_from(*s, n);
	if (t.n && *t.p == ':') {
		t = str_from(t, 1);
		name = str_head(t, str_chr(str_head(t, 64), ':'));
		if (t.n && !is_blank(*t.p) && name.n < t.n && t.p[name.n] == ':' && str_chr(name, ' ') == name.n) {
			set(&h->logger, name);
			t = str_from(t, name.n + 1);
		}
		set_level(h, severity, word);
		skip_blanks(&t);
		*s = t;
		return true;
	}
	skip_blanks(&t);
	took = ts_monthday(t, &st);
	if (!took)
		took = app_stamp(t, &st);
	if (took) {
		set_stamp(h, &st);
		t = str_from(t, took);
		skip_separator(&t);
		set_level(h, severity, word);
		after_level(&t, h);
		*s = t;
		return true;
	}
	if (*s->p != '[')
		return false;
	set_level(h, severity, word);
	*s = t;
	return true;
}

/* Behind the stamp. */
static void after_stamp(struct str *s, struct app_head *h)
{
	enum severity severity;
	struct str word, t;
	size_t n;

	skip_separator(s);
	/* TensorFlow: "I tensorflow/core/util/port.cc:153] " */
	if (s->n > 8 && memchr("IWEF", *s->p, 4) && s->p[1] == ' ') {
		t = str_from(*s, 2);
		if (file_bracket(&t, &word)) {
			set_level(h, app_severity(str_head(*s, 1)), str_head(*s, 1));
			set(&h->file, word);
			*s = t;
			return;
		}
	}
	n = app_level(*s, &severity, &word);
	if (n) {
		set_level(h, severity, word);
		*s = str_from(*s, n);
		skip_separator(s);
	} else if (!name_then_level(s, h)) {
		return;
	}
	after_level(s, h);
}

void app_head(struct str line, struct app_head *h)
{
	struct str s = line;
	struct stamp st;

	for (int layer = 0; layer < 4 && s.n && !is_blank(*s.p); layer++) {
		size_t n;

		if (process_prefix(&s, h) || rank_prefix(&s, h))
			continue;
		if (glog(&s, h) || nccl(&s, h) || level_first(&s, h))
			break;
		n = app_stamp(s, &st);
		if (n == 0)
			break;
		set_stamp(h, &st);
		s = str_from(s, n);
		after_stamp(&s, h);
		if (h->level.n)
			break;
	}
	h->prefixed = h->prefixed || s.p != line.p;
	if (!h->rank.n && str_starts(s, STR("[Rank ")))
		h->rank = number_after(str_head(s, 16), STR("[Rank "));
	h->text = s;
}
