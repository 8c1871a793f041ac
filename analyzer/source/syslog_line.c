#include "source/syslog_line.h"

/* A stamp is followed by a blank; "Mar 11 09:39:39: --- last message .." by a colon. */
static size_t behind_stamp(struct str line, size_t at)
{
	if (at < line.n && line.p[at] == ':')
		at++;
	return at < line.n && line.p[at] == ' ' ? at + 1 : at == line.n ? at : 0;
}

/* "<14>"; bytes taken. */
static size_t priority(struct str s, int *pri)
{
	size_t i = 1;
	int v = 0;

	if (s.n < 3 || s.p[0] != '<')
		return 0;
	while (i < s.n && i < 4 && is_digit(s.p[i]))
		v = v * 10 + (s.p[i++] - '0');
	if (i == 1 || i >= s.n || s.p[i] != '>' || v > 191)
		return 0;
	*pri = v;
	return i + 1;
}

/* "Sun 2026-11-22 10:16:04 UTC"; a zone that is not known leaves local time. */
static size_t short_full(struct str s, struct stamp *out)
{
	static const char *const days[] = { "Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun " };
	struct stamp st;
	struct str zone;
	size_t n = 0, i = 0;
	int minutes;

	while (i < 7 && !str_starts(s, str_of(days[i])))
		i++;
	if (i == 7 || s.n < 24 || s.p[14] != ' ' || (n = ts_iso8601(str_from(s, 4), &st)) == 0)
		return 0;
	n += 4;
	if (!st.has_zone) {
		zone = str_from(s, n + 1);
		zone = str_head(zone, str_chr(zone, ' '));
		if (zone.n < 2 || zone.n > 5)
			return 0;
		n += 1 + zone.n;
		if (zone.n == 3 && (*zone.p == '+' || *zone.p == '-') && is_digit(zone.p[1]) && is_digit(zone.p[2])) {
			/* a zone without a name of its own */
			minutes = ((zone.p[1] - '0') * 10 + zone.p[2] - '0') * (*zone.p == '-' ? -60 : 60);
			st.has_zone = true;
		} else if (*zone.p < 'A' || *zone.p > 'Z') {
			return 0;
		} else {
			st.has_zone = ts_zone(zone, &minutes);
		}
		if (st.has_zone) {
			st.zone_minutes = minutes;
			st.t -= minutes * TS_MINUTE;
		}
	}
	*out = st;
	return n;
}

/* Ten digits, a dot and six. */
static size_t short_unix(struct str s, struct stamp *out)
{
	ts_usec t = 0;

	if (s.n < 18 || s.p[10] != '.' || s.p[17] != ' ')
		return 0;
	for (size_t i = 0; i < 17; i++) {
		if (i == 10)
			continue;
		if (!is_digit(s.p[i]))
			return 0;
		t = t * 10 + (s.p[i] - '0');
	}
	*out = (struct stamp){ t, true, true, 0, 1 };
	return 17;
}

size_t syslog_stamp(struct str line, struct syslog_line *out)
{
	size_t at = 0, n;
	struct str rest;

	out->pri = -1;
	out->structured = out->journal = out->uptime = false;
	if (line.n < 15)
		return 0;
	if (line.p[0] == '<') {
		at = priority(line, &out->pri);
		if (at == 0)
			return 0;
		if (str_starts(str_from(line, at), STR("1 "))) {
			out->structured = true;
			at += 2;
		}
	}
	rest = str_from(line, at);
	if (rest.n == 0)
		return 0;
	if (rest.n > 10 && rest.p[10] == 'T' && is_digit(rest.p[0]))
		n = ts_iso8601(rest, &out->stamp);
	else
		n = out->structured ? 0 : ts_rfc3164(rest, &out->stamp);
	if (n == 0 && at == 0) {
		if (rest.p[0] == '[') {
			n = ts_uptime(rest, &out->stamp);
			out->uptime = n > 0;
		} else {
			n = is_digit(rest.p[0]) ? short_unix(rest, &out->stamp) : short_full(rest, &out->stamp);
		}
		out->journal = n > 0;
	}
	if (n == 0)
		return 0;
	out->stamp_at = at;
	out->stamp_n = n;
	return behind_stamp(line, at + n);
}

/* Does s look like shape, where 'd' is a digit, '_' a blank or a digit, and 'a' a letter? */
static bool has_shape(struct str s, const char *shape)
{
	size_t i = 0;

	for (; shape[i] && i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 0x20);

		switch (shape[i]) {
		case 'd':
			if (!is_digit(c))
				return false;
			break;
		case '_':
			if (!is_digit(c) && c != ' ')
				return false;
			break;
		case 'a':
			if (low < 'a' || low > 'z')
				return false;
			break;
		default:
			if (c != shape[i])
				return false;
		}
	}
	return !shape[i];
}

bool syslog_meant_stamp(struct str line)
{
	int pri;
	size_t n = priority(line, &pri);

	return has_shape(line, "dddd-dd-ddTdd:") || has_shape(line, "aaa _d dd:dd:dd ") ||
	       (n && has_shape(str_from(line, n), "1 "));
}

size_t syslog_tag(struct str s, struct str *program, struct str *pid)
{
	/* Longer than any tag: RFC 3164 allows 32, systemd units run to some 60. */
	size_t max = s.n < 128 ? s.n : 128;

	for (size_t i = 0; i < max; i++) {
		char c = s.p[i];

		if ((unsigned char)c <= ' ')
			return 0;
		if (c == '[') {
			size_t end = i + 1;

			while (end < max && is_digit(s.p[end]))
				end++;
			/* "sssd[be[domain]][7]": only digits are a pid. */
			if (i == 0 || end == i + 1 || end >= max || s.p[end] != ']')
				continue;
			*program = str_head(s, i);
			*pid = (struct str){ s.p + i + 1, end - i - 1 };
			end++;
			if (end < s.n && s.p[end] == ':')
				end++;
			return end < s.n && s.p[end] == ' ' ? end + 1 : end;
		}
		if (c == ':' && i > 0 && (i + 1 == s.n || (unsigned char)s.p[i + 1] <= ' ')) {
			*program = str_head(s, i);
			*pid = STR_NONE;
			return i + 1 < s.n && s.p[i + 1] == ' ' ? i + 2 : i + 1;
		}
	}
	return 0;
}

static struct str take_word(struct str *rest)
{
	size_t n = str_chr(*rest, ' ');
	struct str word = str_head(*rest, n);

	*rest = str_from(*rest, n + 1);
	return str_eq(word, STR("-")) ? STR_NONE : word;
}

/* "[id key="value"]..." with \" \\ \] escaped in values, or "-". */
static struct str skip_structured_data(struct str s)
{
	bool quoted = false;
	size_t i = 0;

	if (s.n == 0 || s.p[0] != '[')
		return str_from(s, str_chr(s, ' ') + 1);
	for (; i < s.n; i++) {
		if (s.p[i] == '\\' && quoted)
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == ']' && !quoted && (i + 1 == s.n || s.p[i + 1] != '['))
			break;
	}
	return str_from(s, i + 2);
}

/* RFC 5424 section 6: APP-NAME PROCID MSGID STRUCTURED-DATA [BOM] MSG. */
static void split_structured(struct str rest, struct syslog_line *out)
{
	out->host = take_word(&rest);
	out->program = take_word(&rest);
	out->pid = take_word(&rest);
	take_word(&rest); /* MSGID: a type, the message says it better */
	rest = skip_structured_data(rest);
	str_skip(&rest, STR("\xef\xbb\xbf"));
	str_skip(&rest, STR(" ")); /* rsyslog keeps the one behind RFC 3164's tag */
	out->message = rest;
}

static enum severity level_word(struct str word)
{
	static const char *const words[] = { "EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG" };

	for (int i = SEV_EMERG; i <= SEV_DEBUG; i++)
		if (str_eq(word, str_of(words[i])))
			return (enum severity)i;
	return SEV_NONE;
}

void syslog_split(struct str line, size_t at, struct syslog_line *out)
{
	struct str rest = str_from(line, at);
	size_t n;

	out->level = SEV_NONE;
	out->host = out->program = out->pid = STR_NONE;
	if (out->structured) {
		split_structured(rest, out);
		return;
	}
	/* "Mar 11 09:39:39: --- last message ..": the daemon speaks for itself. */
	if (at >= 2 && line.p[at - 2] == ':') {
		out->message = rest;
		return;
	}
	n = str_chr(rest, ' ');
	out->host = str_head(rest, n);
	rest = str_from(rest, n + 1);
	if (out->stamp.has_zone)
		out->level = level_word(out->host);
	if (out->level != SEV_NONE)
		out->host = STR_NONE;
	rest = str_from(rest, syslog_tag(rest, &out->program, &out->pid));
	out->message = rest;
}

struct str syslog_repeated(struct str message, struct str *times)
{
	struct str rest = message, number;
	bool last;

	*times = STR_NONE;
	while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '-'))
		rest = str_from(rest, 1);
	last = str_skip(&rest, STR("last "));
	if (!str_skip(&rest, STR("message repeated ")))
		return message;
	for (number = rest, number.n = 0; number.n < rest.n && number.n < 9 && is_digit(rest.p[number.n]);)
		number.n++;
	rest = str_from(rest, number.n);
	if (number.n == 0 || !str_skip(&rest, STR(" times")))
		return message;
	if (!last) {
		if (!str_skip(&rest, STR(": [")))
			return message;
		rest = str_rtrim(rest);
		if (rest.n && rest.p[rest.n - 1] == ']')
			rest.n--;
		str_skip(&rest, STR(" "));
		message = rest;
	}
	*times = number;
	return message;
}
