#include "rule/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/limits.h"
#include "base/utf8.h"

struct yaml_reader {
	yaml_parser_t parser;
	struct arena *arena;
	struct str path;
	struct error *err;
};

static enum status refuse(const struct yaml_reader *y, size_t line, size_t column, const char *what)
{
	fail(y->err, ERR_RULE, "%s", what);
	fail_at(y->err, "%.*s:%zu:%zu", STR_ARG(y->path), line + 1, column + 1);
	return ERR_RULE;
}

static enum status refuse_at(const struct yaml_reader *y, yaml_mark_t at, const char *what)
{
	return refuse(y, at.line, at.column, what);
}

static struct place place_of(yaml_mark_t at)
{
	return (struct place){ (uint32_t)at.line + 1, (uint32_t)at.column + 1 };
}

static enum status next_event(struct yaml_reader *y, yaml_event_t *event)
{
	if (yaml_parser_parse(&y->parser, event))
		return OK;
	return refuse_at(y, y->parser.problem_mark, y->parser.problem ? y->parser.problem : "not YAML");
}

static enum status check_plain_yaml(const struct yaml_reader *y, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (event->type == YAML_ALIAS_EVENT)
		return refuse_at(y, event->start_mark, "aliases (*name) are not part of the language");
	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	}
	if (anchor)
		return refuse_at(y, event->start_mark, "anchors (&name) are not part of the language");
	if (tag)
		return refuse_at(y, event->start_mark, "tags (!name) are not part of the language");
	return OK;
}

static enum node_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return STYLE_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return STYLE_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:
	case YAML_FOLDED_SCALAR_STYLE:
		return STYLE_BLOCK;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
		break;
	}
	return STYLE_PLAIN;
}

static struct str scalar_text(const struct yaml_reader *y, const yaml_event_t *event)
{
	return arena_dup(y->arena, (struct str){ (const char *)event->data.scalar.value, event->data.scalar.length });
}

static enum status read_node(struct yaml_reader *y, const yaml_event_t *event, int depth, struct node **out);

/* Checked against every key before it: quadratic, hence LIMIT_YAML_KEYS. */
static enum status read_key(struct yaml_reader *y, const yaml_event_t *event, const struct node *map, struct str *key)
{
	enum status st = check_plain_yaml(y, event);

	if (st != OK)
		return st;
	if (event->type != YAML_SCALAR_EVENT)
		return refuse_at(y, event->start_mark, "a key must be a plain text");
	*key = scalar_text(y, event);
	if (str_eq(*key, STR("<<")))
		return refuse_at(y, event->start_mark, "merge keys (<<) are not part of the language");
	if (map->n >= LIMIT_YAML_KEYS)
		return refuse_at(y, event->start_mark, "too many keys in one map");
	for (const struct node *m = map->first; m; m = m->next) {
		if (str_eq(m->key, *key)) {
			refuse_at(y, event->start_mark, "duplicate key");
			fail_hint(y->err, "'%.*s' stands in line %u already", STR_ARG(*key), m->key_at.line);
			return ERR_RULE;
		}
	}
	return OK;
}

static enum status read_children(struct yaml_reader *y, struct node *parent, yaml_event_type_t end, int depth)
{
	const struct node **tail = &parent->first;

	for (;;) {
		yaml_event_t event;
		struct node *child = NULL;
		struct str key = STR_NONE;
		struct place key_at = { 0, 0 };
		enum status st = next_event(y, &event);

		if (st != OK)
			return st;
		if (event.type == end) {
			yaml_event_delete(&event);
			return OK;
		}
		if (parent->kind == NODE_MAP) {
			key_at = place_of(event.start_mark);
			st = read_key(y, &event, parent, &key);
			yaml_event_delete(&event);
			if (st == OK)
				st = next_event(y, &event);
			if (st != OK)
				return st;
		}
		st = read_node(y, &event, depth, &child);
		yaml_event_delete(&event);
		if (st != OK)
			return st;
		child->key = key;
		child->key_at = key_at;
		*tail = child;
		tail = &child->next;
		parent->n++;
	}
}

/* The caller deletes event. */
static enum status read_node(struct yaml_reader *y, const yaml_event_t *event, int depth, struct node **out)
{
	struct node *node = ARENA_NEW(y->arena, struct node);
	enum status st = check_plain_yaml(y, event);

	if (st != OK)
		return st;
	if (depth >= LIMIT_YAML_DEPTH)
		return refuse_at(y, event->start_mark, "nested too deeply");
	node->at = place_of(event->start_mark);
	if (event->type == YAML_SCALAR_EVENT) {
		node->kind = NODE_TEXT;
		node->style = style_of(event->data.scalar.style);
		node->text = scalar_text(y, event);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		node->kind = NODE_LIST;
		st = read_children(y, node, YAML_SEQUENCE_END_EVENT, depth + 1);
	} else {
		node->kind = NODE_MAP;
		st = read_children(y, node, YAML_MAPPING_END_EVENT, depth + 1);
	}
	*out = node;
	return st;
}

/* One document after its start event, its end event included. */
static enum status read_document(struct yaml_reader *y, struct node **out)
{
	yaml_event_t event;
	enum status st = next_event(y, &event);

	if (st != OK)
		return st;
	st = read_node(y, &event, 0, out);
	yaml_event_delete(&event);
	if (st == OK)
		st = next_event(y, &event);
	if (st == OK)
		yaml_event_delete(&event);
	return st;
}

static enum status read_stream(struct yaml_reader *y, const struct node ***docs, size_t *n)
{
	size_t cap = 0;

	for (;;) {
		yaml_event_t event;
		yaml_event_type_t type;
		yaml_mark_t at;
		bool directives;
		struct node *doc = NULL;
		enum status st = next_event(y, &event);

		if (st != OK)
			return st;
		type = event.type;
		at = event.start_mark;
		directives = type == YAML_DOCUMENT_START_EVENT &&
			     (event.data.document_start.version_directive ||
			      event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end);
		yaml_event_delete(&event);
		if (type == YAML_STREAM_END_EVENT)
			return OK;
		if (directives)
			return refuse_at(y, at, "directives (%...) are not part of the language");
		if (type != YAML_DOCUMENT_START_EVENT)
			continue; /* the stream's start */
		st = read_document(y, &doc);
		if (st != OK)
			return st;
		if (doc->kind == NODE_TEXT && doc->text.n == 0)
			continue; /* nothing between two '---' */
		*docs = grow(*docs, *n, &cap, sizeof **docs);
		(*docs)[(*n)++] = doc;
	}
}

/* What libyaml would accept, or refuse in words about its own insides. */
static enum status check_bytes(const struct yaml_reader *y, struct str text)
{
	size_t line = 0, start = 0;

	if (text.n > LIMIT_RULE_FILE)
		return refuse(y, 0, 0, "the file is too large");
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n') {
			line++;
			start = i + 1;
		} else if (text.p[i] == '\t') {
			refuse(y, line, i - start, "a tab character");
			fail_hint(y->err, "use blanks; in a \"double-quoted\" text a tab is written \\t");
			return ERR_RULE;
		} else if ((unsigned char)text.p[i] < ' ' && text.p[i] != '\r') {
			return refuse(y, line, i - start, "a control character");
		}
	}
	return utf8_valid(text) ? OK : refuse(y, 0, 0, "the file is not UTF-8");
}

enum status yaml_read(const struct node *const **docs, size_t *n, struct arena *a, struct str path,
		      struct str text, struct error *err)
{
	struct yaml_reader y = { .arena = a, .path = path, .err = err };
	const struct node **list = NULL;
	size_t count = 0;
	enum status st;

	str_skip(&text, STR("\xef\xbb\xbf"));
	st = check_bytes(&y, text);
	if (st != OK)
		return st;
	if (!yaml_parser_initialize(&y.parser))
		abort(); /* it only allocates */
	yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
	st = read_stream(&y, &list, &count);
	if (st == OK) {
		const struct node **kept = ARENA_ARRAY(a, const struct node *, count);

		if (count)
			memcpy(kept, list, count * sizeof *list);
		*docs = kept;
		*n = count;
	}
	free(list);
	yaml_parser_delete(&y.parser);
	return st;
}

const struct node *node_get(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (const struct node *m = map->first; m; m = m->next) {
		if (str_eq(m->key, str_of(key)))
			return m;
	}
	return NULL;
}
