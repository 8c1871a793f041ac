/* Names that text announces: "/home/name", "user=name", "resourceGroups/name", "name.openai.azure.com", "Serial Number: x". */
#include "redact/redact_priv.h"

static struct str name_at(struct str t, size_t i, bool dots)
{
	size_t j = i;

	while (j < t.n && is_name_char(t.p[j]) && (dots || t.p[j] != '.'))
		j++;
	while (j > i && !is_alnum(t.p[j - 1]))
		j--;
	return (struct str){ t.p + i, j - i };
}

/* Not a number: "user 1000". */
static void learn_user(struct redact *r, struct str name)
{
	bool letter = false;

	for (size_t i = 0; i < name.n; i++)
		letter |= is_letter(name.p[i]);
	if (letter && name.n <= 64)
		redact_learn(r, REDACT_USER, name);
}

/* What stands right before a user's name.  sudo, sshd, pam_unix, apt (Requested-By), paths. */
static void after_words(struct redact *r, struct str t, size_t i)
{
	static const char *const before[] = {
		"/home/", "/Users/", "\\Users\\", "\\\\Users\\\\", "for user ", "Accepted publickey for ", "Accepted password for ",
		"Failed password for ", "Requested-By: ", "Invalid user ", "invalid user ", "New session of user ",
	};

	for (size_t k = 0; k < sizeof(before) / sizeof(before[0]); k++) {
		struct str head = str_of(before[k]);

		if (str_starts(str_from(t, i), head) && i + head.n < t.n && is_alnum(t.p[i + head.n]))
			learn_user(r, name_at(t, i + head.n, true));
	}
}

static bool name_is(struct str name, const char *const *list)
{
	for (; *list; list++)
		if (str_ieq(name, str_of(*list)))
			return true;
	return false;
}

static void named_values(struct redact *r, struct str t, size_t i, size_t end)
{
	static const char *const users[] = { "user", "username", "user_name", "login", "acct", "ruser", "logname", "sudo_user", "auid_name", "owner", NULL };
	static const char *const groups[] = { "resourcegroup", "resourcegroupname", "resource_group", NULL };
	static const char *const serials[] = { "serial", "serialnumber", "serial_number", "gpu_serial", "number", NULL };
	struct str name = { t.p + i, end - i }, value;
	bool quoted, prose, digit = false;
	size_t from, to;

	if (!name_is(name, users) && !name_is(name, groups) && !name_is(name, serials))
		return;
	if (name_is(name, serials) && str_starts(str_from(t, end), STR(">"))) { /* XML */
		from = end + 1;
	} else if (!form_value(t, end, &from, &to, &quoted, &prose)) {
		return;
	}
	value = name_at(t, from, true);
	for (size_t k = 0; k < value.n; k++)
		digit |= is_digit(value.p[k]);
	if (name_is(name, groups))
		redact_learn(r, REDACT_RESOURCE, value);
	else if (name_is(name, users) && !(from + value.n < t.n && t.p[from + value.n] == '@') && (!prose || quoted))
		learn_user(r, value);
	else if (name_is(name, serials) && value.n >= 6 && digit && (!str_ieq(name, STR("number")) || (i >= 7 && str_ieq((struct str){ t.p + i - 7, 6 }, STR("Serial")))))
		redact_learn(r, REDACT_SERIAL, value);
}

/* Whose parts Azure or a publisher names: NvidiaGpuDriverLinux. */
static bool is_own_type(struct str type)
{
	static const char *const types[] = { "metrics", "metricDefinitions", "metricNamespaces", "locations", "operations", "operationResults",
					     "roleDefinitions", "eventCategories", "extensions", "logs", NULL };

	return name_is(type, types);
}

/* "/resourceGroups/rg/providers/Microsoft.X/type/name/type/name": every second part is a name. */
static void resource_id(struct redact *r, struct str t, size_t i)
{
	struct str rest = str_from(t, i), part, type = STR_NONE;
	size_t k = 0;

	if (str_istarts(rest, STR("/resourceGroups/"))) {
		redact_learn(r, REDACT_RESOURCE, name_at(t, i + 16, true));
		return;
	}
	if (!str_istarts(rest, STR("/providers/Microsoft.")))
		return;
	for (i += 11; i < t.n && k < 12; k++) {
		part = name_at(t, i, true);
		if (part.n == 0)
			return;
		if (k >= 2 && k % 2 == 0 && str_istarts(part, STR("Microsoft.")))
			return;
		if (k >= 2 && k % 2 == 0 && !is_own_type(type))
			redact_learn(r, REDACT_RESOURCE, part);
		type = part;
		i += part.n;
		if (i >= t.n || t.p[i] != '/')
			return;
		i++;
	}
}

/* What somebody registered: the last two parts, of "a.example.co.uk" three. */
static struct str registered(struct str host)
{
	size_t last = str_rchr(host, '.'), second = str_rchr(str_head(host, last), '.'), third;

	if (second >= last)
		return host;
	third = str_rchr(str_head(host, second), '.');
	if (host.n - last == 3 && last - second <= 4)
		return third < second ? str_from(host, third + 1) : host;
	return str_from(host, second + 1);
}

void domain_observe(struct redact *r, struct str host)
{
	uint8_t at[4];

	if (str_chr(host, '.') == host.n || form_ipv4(host, 0, at) || redact_public_domain(host) || redact_service_suffix(host) || !is_letter(host.p[host.n - 1]))
		return;
	redact_learn(r, REDACT_DOMAIN, registered(host));
}

static void at_word(struct redact *r, struct str t, size_t i)
{
	struct str word = name_at(t, i, true), plain = name_at(t, i, false);
	size_t suffix = word.n > plain.n ? redact_service_suffix(word) : 0, at, n;

	pseudonym_taken(r, plain);
	named_values(r, t, i, i + plain.n);
	if (suffix) {
		struct str front = str_head(word, word.n - suffix);

		redact_learn(r, REDACT_RESOURCE, str_head(front, str_chr(front, '.')));
	}
	n = form_email(t, i, &at);
	if (n)
		domain_observe(r, (struct str){ t.p + at + 1, i + n - at - 1 });
	if (i >= 3 && str_eq((struct str){ t.p + i - 3, 3 }, STR("://")))
		domain_observe(r, word);
}

void redact_observe(struct redact *r, struct str t)
{
	for (size_t i = 0; i < t.n; i++) {
		char c = t.p[i];

		if (c == '/')
			resource_id(r, t, i);
		if (c == '/' || c == '\\' || c == 'f' || c == 'A' || c == 'F' || c == 'R' || c == 'I' || c == 'i' || c == 'N')
			after_words(r, t, i);
		if (is_alnum(c) && text_starts_word(t, i) && !(i && (t.p[i - 1] == '.' || t.p[i - 1] == '-' || t.p[i - 1] == '_')))
			at_word(r, t, i);
	}
}
