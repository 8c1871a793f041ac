#include "rule/rule.h"

/* Words of the language that people and tables see. */

static const char *const kinds[ENT_KINDS] = {
	"", "host", "gpu", "node", "pod", "container", "workload", "deployment", "region", "disk", "nic"
};

const char *entity_kind_name(enum entity_kind k)
{
	return kinds[k];
}

bool entity_kind_of(struct str name, enum entity_kind *out)
{
	for (int k = ENT_HOST; k < ENT_KINDS; k++) {
		if (str_eq(name, str_of(kinds[k]))) {
			*out = (enum entity_kind)k;
			return true;
		}
	}
	return false;
}

static const char *const severities[] = { "info", "low", "medium", "high", "critical" };

const char *rule_severity_name(enum rule_severity s)
{
	return severities[s];
}

bool rule_severity_of(struct str name, enum rule_severity *out)
{
	for (int s = RULE_INFO; s <= RULE_CRITICAL; s++) {
		if (str_eq(name, str_of(severities[s]))) {
			*out = (enum rule_severity)s;
			return true;
		}
	}
	return false;
}

size_t rule_signal(const struct rule *r, struct str name)
{
	for (size_t i = 0; i < r->n_signals; i++) {
		if (str_eq(r->signals[i].name, name))
			return i;
	}
	return SIZE_MAX;
}
