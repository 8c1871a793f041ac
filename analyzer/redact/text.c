/* Rewrites a text: one walk from the left; at each place where a word begins, what is there? */
#include <stdio.h>

#include "redact/redact_priv.h"

#define KEY_LINES 200   /* of RSA with 16,384 bits */
#define KEY_BYTES 16384 /* on one line: a text of a cluster is one line of JSON */

struct walk {
	struct redact *r;
	struct str t;
	struct buf *out;
	size_t i;
	bool path;
	long grown;        /* of this line: tables of kubectl are read by the columns of their head */
};

static void put(struct walk *w, struct str s, size_t instead_of)
{
	buf_add(w->out, s);
	w->grown += (long)s.n - (long)instead_of;
	w->i += instead_of;
}

/* As the original writes it: in capitals, with these separators. */
static void put_shaped(struct walk *w, struct str hex, size_t n)
{
	struct str was = { w->t.p + w->i, n };
	bool upper = false;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		upper |= is_upper(was.p[i]);
	for (size_t i = 0; i < n; i++) {
		char c = is_alnum(was.p[i]) ? hex.p[k++] : was.p[i];

		buf_putc(w->out, upper && is_lower(c) ? (char)(c - 'a' + 'A') : c);
	}
	w->i += n;
}

static void put_name(struct walk *w, enum redact_class c, size_t n)
{
	struct str was = { w->t.p + w->i, n }, p;
	bool upper = false, lower = false;
	char low[REDACT_NAME];

	for (size_t i = 0; i < n; i++) {
		low[i] = to_lower(was.p[i]);
		upper |= is_upper(was.p[i]);
		lower |= is_lower(was.p[i]);
	}
	p = pseudonym_of(w->r, c, (struct str){ low, n });
	for (size_t i = 0; i < p.n; i++)
		buf_putc(w->out, upper && !lower && is_lower(p.p[i]) ? (char)(p.p[i] - 'a' + 'A') : p.p[i]);
	w->grown += (long)p.n - (long)n;
	w->i += n;
}

static void put_secret(struct walk *w, size_t n)
{
	struct str p = pseudonym_of(w->r, REDACT_SECRET, (struct str){ w->t.p + w->i, n });

	put(w, p, n);
}

static void copy_to(struct walk *w, size_t i)
{
	buf_add(w->out, (struct str){ w->t.p + w->i, i - w->i });
	w->i = i;
}

/* ---- private keys ---- */

static struct str upto(struct str t, size_t i, struct str mark)
{
	struct str rest = str_head(str_from(t, i), KEY_BYTES);

	return str_head(rest, str_find(rest, mark));
}

/* Lines and escapes of lines stay, so that what comes behind keeps its number. */
static void drop_key(struct walk *w, struct str body)
{
	bool shown = false;

	for (size_t k = 0; k < body.n; k++) {
		if (body.p[k] == '\n' || body.p[k] == '\r') {
			buf_putc(w->out, body.p[k]);
			shown = false;
		} else if (body.p[k] == '\\' && k + 1 < body.n) {
			buf_putc(w->out, '\\');
			buf_putc(w->out, body.p[++k]);
			shown = false;
		} else if (!shown) {
			buf_add(w->out, STR("REDACTED"));
			shown = true;
		}
	}
	w->i += body.n;
}

static bool is_key_char(char c)
{
	return is_alnum(c) || c == '+' || c == '/' || c == '=';
}

static bool is_key_line(struct str line)
{
	line = str_trim(line);
	for (size_t i = 0; i < line.n; i++)
		if (!is_key_char(line.p[i]) && str_chr(STR("\\\"',"), line.p[i]) == 4)
			return false;
	return line.n > 0;
}

/* -----BEGIN RSA PRIVATE KEY-----, up to its end on this line, as JSON has it, or on one of the next: there a whole line of base64
 * is of the key, and of a line that a log has written something before its long run. */
static bool private_key(struct walk *w)
{
	static const struct str mark = { "PRIVATE KEY-----", 16 }, end = { "-----END ", 9 };
	struct str line = upto(w->t, w->i, STR("\n"));
	size_t n = 0;

	if (!w->r->in_key) {
		size_t at = str_find(str_head(line, 64), mark);

		if (at + mark.n > line.n)
			return false;
		copy_to(w, w->i + at + mark.n);
		(void)pseudonym_of(w->r, REDACT_SECRET, STR("(private keys)"));
		line = upto(w->t, w->i, STR("\n"));
		w->r->in_key = KEY_LINES;
		if (str_has(line, end)) {
			drop_key(w, str_head(line, str_find(line, end)));
			w->r->in_key = 0;
		}
		return true;
	}
	if (str_starts(line, end)) {
		w->r->in_key = 0;
		return false;
	}
	if ((w->i == 0 || w->t.p[w->i - 1] == '\n') && is_key_line(line)) {
		drop_key(w, line);
		return true;
	}
	while (n < line.n && is_key_char(line.p[n]))
		n++;
	if (n < 40 && !(n >= 16 && w->i && w->t.p[w->i - 1] == 'n'))
		return false;
	drop_key(w, str_head(line, n));
	return true;
}

static bool may_be_key(const struct walk *w)
{
	if (w->r->in_key)
		return w->t.p[w->i] == '-' || text_starts_word(w->t, w->i);
	return w->t.p[w->i] == '-' && str_starts(str_from(w->t, w->i), STR("-----BEGIN "));
}

/* ---- addresses ---- */

/* Loopback, unspecified, broadcast, multicast, masks, and what every machine of a cloud asks: the metadata service and Azure's wire server. */
static bool is_common(const uint8_t a[4])
{
	return a[0] == 127 || a[0] == 0 || a[0] >= 224 || (a[0] == 169 && a[1] == 254) || (a[0] == 168 && a[1] == 63 && a[2] == 129 && a[3] == 16);
}

static bool address(struct walk *w)
{
	uint8_t v[16];
	char hex[41];
	size_t n = form_guid(w->t, w->i, hex);

	if (n) {
		struct str all = { hex, 32 };

		if (str_eq(all, STR("00000000000000000000000000000000")) || str_eq(all, STR("ffffffffffffffffffffffffffffffff")))
			copy_to(w, w->i + n);
		else
			put_shaped(w, pseudonym_of(w->r, REDACT_GUID, all), n);
		return true;
	}
	n = form_mac(w->t, w->i, hex);
	if (n) {
		struct str all = str_of(hex);

		if (str_starts(all, STR("ffffffffffff")) || str_starts(all, STR("000000000000")))
			copy_to(w, w->i + n);
		else
			put_shaped(w, pseudonym_of(w->r, REDACT_MAC, all), n);
		return true;
	}
	n = form_ipv4(w->t, w->i, v);
	if (n) {
		if (is_common(v))
			copy_to(w, w->i + n);
		else
			put(w, pseudonym_of(w->r, REDACT_IPV4, (struct str){ w->t.p + w->i, n }), n);
		return true;
	}
	n = form_ipv6(w->t, w->i, v);
	if (n) {
		char canonical[40];

		for (size_t g = 0; g < 8; g++)
			snprintf(canonical + 5 * g, 6, g < 7 ? "%02x%02x:" : "%02x%02x", v[2 * g], v[2 * g + 1]);

		if (v[0] == 0xff) /* multicast */
			copy_to(w, w->i + n);
		else
			put(w, pseudonym_of(w->r, REDACT_IPV6, str_of(canonical)), n);
		return true;
	}
	return false;
}

static bool word(struct walk *w)
{
	size_t n, keep, from, to;
	enum redact_class c;

	n = form_secret(w->t, w->i, &keep);
	if (n) {
		copy_to(w, w->i + keep);
		put_secret(w, n - keep);
		return true;
	}
	if (address(w))
		return true;
	n = w->path ? 0 : form_email(w->t, w->i, &keep);
	if (n) {
		put_name(w, REDACT_EMAIL, n);
		return true;
	}
	if (form_secret_value(w->t, w->i, &from, &to)) {
		copy_to(w, from);
		put_secret(w, to - from);
		return true;
	}
	n = word_find(w->r, w->t, w->i, &c);
	if (n)
		put_name(w, c, n);
	return n > 0;
}

/* "redis://name:password@host" */
static bool userinfo(struct walk *w)
{
	size_t colon, at;

	if (!str_starts(str_from(w->t, w->i), STR("://")) || !form_userinfo(w->t, w->i + 3, &colon, &at))
		return false;
	copy_to(w, w->i + 3);
	if (colon > w->i && colon - w->i <= REDACT_NAME && !redact_kept(REDACT_USER, (struct str){ w->t.p + w->i, colon - w->i }))
		put_name(w, REDACT_USER, colon - w->i);
	copy_to(w, colon + 1);
	put_secret(w, at - w->i);
	return true;
}

/* Wide gaps between columns give back what names before them have grown by, or get what they lost. */
static void gap(struct walk *w)
{
	size_t n = 0;
	long want;

	while (w->i + n < w->t.n && w->t.p[w->i + n] == ' ')
		n++;
	if (n >= 3 && w->grown) {
		want = (long)n - w->grown;
		want = want < 2 ? 2 : want > (long)n + 256 ? (long)n + 256 : want;
		w->grown -= (long)n - want;
		for (long k = 0; k < want; k++)
			buf_putc(w->out, ' ');
		w->i += n;
	} else {
		copy_to(w, w->i + n);
	}
}

/* A cgroup's name is "pod" and the pod's GUID; NCCL writes "remoteGidsfe80::1". */
static bool is_glued(struct str t, size_t i)
{
	return (i >= 3 && is_hex(t.p[i]) && str_eq((struct str){ t.p + i - 3, 3 }, STR("pod"))) || str_starts(str_from(t, i), STR("fe80:"));
}

void redact_begin(struct redact *r)
{
	r->in_key = 0;
}

static void rewrite(struct redact *r, struct str text, bool path, struct buf *out)
{
	struct walk w = { .r = r, .t = text, .out = out, .path = path };

	while (w.i < text.n) {
		char c = text.p[w.i];

		if (may_be_key(&w) && private_key(&w))
			continue;
		if (c == ' ') {
			gap(&w);
			continue;
		}
		if (is_alnum(c) && (text_starts_word(text, w.i) || is_glued(text, w.i))) {
			if (word(&w))
				continue;
		} else if (c == ':' && userinfo(&w)) {
			continue;
		}
		if (c == '\n') {
			w.grown = 0;
			r->in_key -= r->in_key > 0;
		}
		copy_to(&w, w.i + 1);
	}
}

void redact_text(struct redact *r, struct str text, struct buf *out)
{
	rewrite(r, text, false, out);
}

void redact_path(struct redact *r, struct str path, struct buf *out)
{
	redact_begin(r);
	rewrite(r, path, true, out);
}
