/* Which pseudonym an original gets, and which words were learned. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sha256.h"
#include "redact/redact_priv.h"

#define TRIES 1000 /* until a free one is found: with a key every one after the first is a clash */

const char *redact_class_title(enum redact_class c)
{
	switch (c) {
	case REDACT_HOST: return "host and node names";
	case REDACT_DOMAIN: return "domains";
	case REDACT_NAMESPACE: return "namespaces";
	case REDACT_WORKLOAD: return "workloads, pods, deployments";
	case REDACT_RESOURCE: return "resources and resource groups";
	case REDACT_USER: return "users";
	case REDACT_EMAIL: return "e-mail addresses";
	case REDACT_IPV4: return "IPv4 addresses";
	case REDACT_IPV6: return "IPv6 addresses";
	case REDACT_MAC: return "hardware addresses";
	case REDACT_GUID: return "GUIDs (subscriptions, tenants, GPUs, machines)";
	case REDACT_SERIAL: return "serial numbers";
	case REDACT_SECRET: return "secrets";
	case REDACT_CLASSES: break;
	}
	return NULL;
}

static uint8_t hex_value(char c)
{
	return (uint8_t)(is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10);
}

static void hash_raw(const char block[64], struct str more, uint8_t out[32])
{
	struct sha256 *h = sha256_new();
	char hex[65];

	sha256_add(h, (struct str){ block, 64 });
	sha256_add(h, more);
	sha256_hex(h, hex);
	sha256_free(h);
	for (size_t i = 0; i < 32; i++)
		out[i] = (uint8_t)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
}

static void hmac(const struct redact *r, struct str text, uint8_t out[32])
{
	uint8_t digest[32];

	hash_raw(r->inner, text, digest);
	hash_raw(r->outer, (struct str){ (const char *)digest, sizeof digest }, out);
}

static void set_key(struct redact *r, struct str key)
{
	char hashed[65];

	if (key.n > 64) { /* RFC 2104 takes the digest's bytes; its hex is as good, and has 64 */
		sha256_of(key, hashed);
		key = (struct str){ hashed, 64 };
	}
	for (size_t i = 0; i < 64; i++) {
		char k = i < key.n ? key.p[i] : '\0';

		r->inner[i] = (char)(k ^ 0x36);
		r->outer[i] = (char)(k ^ 0x5c);
	}
	r->keyed = key.n > 0;
}

struct redact *redact_new(struct str key)
{
	struct redact *r = heap_new(sizeof *r);

	r->arena = arena_new();
	r->used = map_new();
	r->general = map_new();
	r->words = map_new();
	for (size_t i = 0; i < REDACT_CLASSES; i++)
		r->t[i].index = map_new();
	set_key(r, key);
	return r;
}

void redact_free(struct redact *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < REDACT_CLASSES; i++) {
		map_free(r->t[i].index);
		free(r->t[i].v);
	}
	map_free(r->used);
	map_free(r->general);
	map_free(r->words);
	arena_free(r->arena);
	free(r);
}

/* ---- pseudonyms ---- */

static struct str named(struct redact *r, const char *stem, uint64_t n, const char *end)
{
	return r->keyed ? arena_printf(r->arena, "%s%08x%s", stem, (unsigned)(n >> 32), end)
			: arena_printf(r->arena, "%s%02" PRIu64 "%s", stem, n, end);
}

static bool is_private(struct str address)
{
	return str_starts(address, STR("10.")) || str_starts(address, STR("192.168.")) || str_starts(address, STR("172.")) ||
	       str_starts(address, STR("100."));
}

/* Private addresses and shared ones go into 10.0.0.0/8, others into 198.18.0.0/15 (RFC 2544: for tests only); more than those hold
 * into 240.0.0.0/4, which nobody has. */
static struct str ipv4(struct redact *r, struct str canonical, uint64_t n)
{
	uint32_t base = is_private(canonical) ? 10u << 24 : 198u << 24 | 18u << 16;
	uint32_t size = is_private(canonical) ? 1u << 24 : 1u << 17, v;

	if (r->keyed)
		n = (n >> 20) % (size - 2) + 1;
	v = n < size ? base + (uint32_t)n : 240u << 24 | (uint32_t)n;
	return arena_printf(r->arena, "%u.%u.%u.%u", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

static struct str ipv6(struct redact *r, struct str canonical, uint64_t n)
{
	const char *net = str_starts(canonical, STR("fe80")) ? "fe80:" : "2001:db8:"; /* RFC 3849 */

	return arena_printf(r->arena, "%s:%x:%x:%x", net, (unsigned)(n >> 48 & 0xffff), (unsigned)(n >> 16 & 0xffff), (unsigned)(n & 0xffff));
}

/* Locally administered; longer ones (InfiniBand) get zeros before. */
static struct str mac(struct redact *r, struct str canonical, uint64_t n)
{
	if (canonical.n == 12)
		return arena_printf(r->arena, "02%010" PRIx64, n & 0xffffffffff);
	return arena_printf(r->arena, "%0*d02%010" PRIx64, (int)canonical.n - 12, 0, n & 0xffffffffff);
}

/* The number stands in the first part too: some print only that. */
static struct str guid(struct redact *r, uint64_t n)
{
	if (r->keyed)
		return arena_printf(r->arena, "%08x00004000a000%012" PRIx64, (unsigned)(n >> 32), n & 0xffffffffffff);
	return arena_printf(r->arena, "%08x00004000a000%012" PRIx64, (unsigned)n, n);
}

static struct str serial(struct redact *r, struct str canonical, uint64_t n)
{
	bool digits = true;

	for (size_t i = 0; i < canonical.n; i++)
		digits &= is_digit(canonical.p[i]);
	if (r->keyed)
		n = canonical.n > 12 ? n % 1000000000000 : n % 1000000000;
	if (digits)
		return arena_printf(r->arena, "%0*" PRIu64, (int)canonical.n, n);
	return arena_printf(r->arena, "SN%0*" PRIu64, canonical.n > 2 ? (int)canonical.n - 2 : 1, n);
}

static struct str workload(struct redact *r, struct str canonical, uint64_t n)
{
	const char *role = redact_role(canonical);

	return named(r, role ? arena_printf(r->arena, "%s-app", role).p : "app", n, "");
}

static struct str make(struct redact *r, enum redact_class c, struct str canonical, uint64_t n)
{
	switch (c) {
	case REDACT_HOST: return named(r, "host", n, "");
	case REDACT_DOMAIN: return named(r, "dom", n, ".example");
	case REDACT_NAMESPACE: return named(r, "ns", n, "");
	case REDACT_WORKLOAD: return workload(r, canonical, n);
	case REDACT_RESOURCE: return named(r, "res", n, "");
	case REDACT_USER: return named(r, "user", n, "");
	case REDACT_EMAIL: return named(r, "mail", n, "@example.com");
	case REDACT_IPV4: return ipv4(r, canonical, n);
	case REDACT_IPV6: return ipv6(r, canonical, n);
	case REDACT_MAC: return mac(r, canonical, n);
	case REDACT_GUID: return guid(r, n);
	case REDACT_SERIAL: return serial(r, canonical, n);
	case REDACT_SECRET: return named(r, "REDACTED", n, "");
	case REDACT_CLASSES: break;
	}
	return STR_NONE;
}

static uint64_t number_of(struct redact *r, enum redact_class c, struct str canonical, uint64_t attempt)
{
	uint8_t digest[32];
	uint64_t n = 0;

	if (!r->keyed)
		return r->t[c].n + attempt;
	hmac(r, arena_printf(r->arena, "%d %" PRIu64 " %.*s", (int)c, attempt, STR_ARG(canonical)), digest);
	for (size_t i = 0; i < 8; i++)
		n = n << 8 | digest[i];
	return n;
}

static struct str pseudonym_add(struct redact *r, enum redact_class c, struct str canonical)
{
	struct redact_table *t = &r->t[c];
	struct str p = STR_NONE;

	t->v = grow(t->v, t->n, &t->cap, sizeof *t->v);
	for (uint64_t attempt = 1;; attempt++) {
		p = make(r, c, canonical, number_of(r, c, canonical, attempt));
		/* A short serial number may have no free one left: then its form gives way. */
		if (attempt > TRIES && c == REDACT_SERIAL)
			p = arena_printf(r->arena, "SN%.*s%zu", STR_ARG(p), t->n);
		if (map_find(r->used, p) == MAP_NONE)
			break;
		r->clashes += r->keyed;
	}
	map_put(r->used, p);
	t->v[t->n++] = p;
	return p;
}

struct str pseudonym_of(struct redact *r, enum redact_class c, struct str canonical)
{
	struct redact_table *t = &r->t[c];
	size_t i = map_find(t->index, canonical);

	t->replaced++;
	if (i != MAP_NONE)
		return t->v[i];
	map_put(t->index, canonical);
	return pseudonym_add(r, c, canonical);
}

void pseudonym_taken(struct redact *r, struct str word)
{
	static const char *const stems[] = { "host", "dom", "ns", "app", "res", "user" };
	char low[REDACT_NAME];

	if (word.n > 16 || !is_digit(word.p[word.n - 1]))
		return;
	for (size_t i = 0; i < word.n; i++)
		low[i] = to_lower(word.p[i]);
	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++)
		if (str_starts((struct str){ low, word.n }, str_of(stems[i])) && is_hex(low[strlen(stems[i])]))
			map_put(r->used, (struct str){ low, word.n });
}

uint64_t redact_replaced(const struct redact *r, enum redact_class c) { return r->t[c].replaced; }
size_t redact_count(const struct redact *r, enum redact_class c) { return r->t[c].n; }
uint64_t redact_clashes(const struct redact *r) { return r->clashes; }

void redact_pair(const struct redact *r, enum redact_class c, size_t i, struct str *original, struct str *pseudonym)
{
	*original = map_key(r->t[c].index, i);
	*pseudonym = r->t[c].v[i];
}

/* ---- words ---- */

static struct str fold(struct str s, char low[REDACT_NAME])
{
	s = str_head(s, REDACT_NAME);
	for (size_t i = 0; i < s.n; i++)
		low[i] = to_lower(s.p[i]);
	return (struct str){ low, s.n };
}

static size_t pair_of(const char *p)
{
	return (size_t)(uint8_t)to_lower(p[0]) << 8 | (uint8_t)to_lower(p[1]);
}

void redact_general(struct redact *r, struct str word)
{
	char low[REDACT_NAME];

	map_put(r->general, fold(word, low));
}

static bool is_word(struct str s)
{
	bool letter = false;

	if (s.n < 3 || s.n > REDACT_NAME || !is_alnum(s.p[0]) || !is_alnum(s.p[s.n - 1]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_name_char(s.p[i]))
			return false;
		letter |= is_letter(s.p[i]);
	}
	return letter || s.n >= 7;
}

/* Something in it besides letters: it means nothing else, also where a hyphen joins it to more. */
static bool is_distinctive(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter(s.p[i]))
			return true;
	return false;
}

/* "gpu-0", "eth1": what a machine has, taken for its name by some log. */
static bool is_device(struct str s)
{
	static const char *const stems[] = { "gpu", "cpu", "eth", "ib", "nvme", "mlx5", "numa", "rank", "disk", "nic" };
	size_t n = s.n;

	while (n && is_digit(s.p[n - 1]))
		n--;
	if (n == s.n)
		return false;
	n -= n && (s.p[n - 1] == '-' || s.p[n - 1] == '_');
	for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++)
		if (str_ieq(str_head(s, n), str_of(stems[i])))
			return true;
	return false;
}

static void learn(struct redact *r, enum redact_class c, struct str name)
{
	char low[REDACT_NAME];
	struct str word;
	size_t i;

	if (!is_word(name) || is_device(name))
		return;
	word = fold(name, low);
	if (map_find(r->words, word) != MAP_NONE || map_find(r->general, word) != MAP_NONE || redact_kept(c, word))
		return;
	i = map_put(r->words, word);
	map_set(r->words, i, (uint64_t)c * WORD_CLASS + (is_distinctive(word) ? WORD_LOOSE : 0));
	i = pair_of(word.p);
	r->starts[i / 8] |= (uint8_t)(1u << i % 8);
	r->longest = word.n > r->longest ? word.n : r->longest;
}

/* "aks-POOL-12345678-vmss000003" and "..-vmss_3" are an instance of "aks-POOL-12345678-vmss": sources join them, and rules tell the machines of
 * AKS by that.  Only the middle is a name. */
static bool learn_scale_set(struct redact *r, struct str name)
{
	size_t end = str_ifind(name, STR("-vmss"));

	if (end == name.n)
		return false;
	name = str_head(name, end);
	learn(r, REDACT_RESOURCE, str_istarts(name, STR("aks-")) ? str_from(name, 4) : name);
	return true;
}

void redact_learn(struct redact *r, enum redact_class c, struct str name)
{
	size_t dot = str_chr(name, '.');
	uint8_t at[16];

	if ((c == REDACT_HOST || c == REDACT_RESOURCE) && learn_scale_set(r, str_head(name, dot)))
		return;
	if (c != REDACT_SERIAL && (form_ipv4(name, 0, at) == name.n || form_ipv6(name, 0, at) == name.n))
		return;
	if (c == REDACT_HOST && dot < name.n) {
		struct str domain = str_from(name, dot + 1);

		if (!redact_public_domain(domain))
			learn(r, REDACT_DOMAIN, domain);
		domain_observe(r, name);
		name = str_head(name, dot);
	}
	learn(r, c, name);
}

static bool joins(char c)
{
	return c == '-' || c == '_';
}

/* "-6d8f9c7b5" of a replica set, "-0" of a stateful one. */
static bool is_pod_suffix(struct str t, size_t i)
{
	bool digit = false;

	for (i++; i < t.n && (is_lower(t.p[i]) || is_digit(t.p[i])); i++)
		digit |= is_digit(t.p[i]);
	return digit;
}

size_t word_find(const struct redact *r, struct str t, size_t i, enum redact_class *c)
{
	size_t ends[16], n = 0, j = i;
	char low[REDACT_NAME];

	if (i + 2 >= t.n || !(r->starts[pair_of(t.p + i) / 8] >> pair_of(t.p + i) % 8 & 1))
		return 0;
	while (j < t.n && j - i < r->longest && is_name_char(t.p[j])) {
		if (!is_alnum(t.p[j]) && n < 15)
			ends[n++] = j;
		low[j - i] = to_lower(t.p[j]);
		j++;
	}
	if (j == t.n || !is_alnum(t.p[j]))
		ends[n++] = j;
	while (n-- > 0) {
		size_t end = ends[n], k = map_find(r->words, (struct str){ low, end - i });
		uint64_t value;

		if (k == MAP_NONE)
			continue;
		value = map_value(r->words, k);
		*c = (enum redact_class)(value / WORD_CLASS);
		if (!(value & WORD_LOOSE) && ((i && joins(t.p[i - 1])) || (end < t.n && joins(t.p[end]) && !(*c == REDACT_WORKLOAD && is_pod_suffix(t, end)))))
			continue;
		return end - i;
	}
	return 0;
}
