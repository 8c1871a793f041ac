#include "source/each_record.h"

static enum status take_one(struct emitter *out, const struct record *r, take_record *take, void *ctx,
			    struct error *err)
{
	struct json *v = NULL;
	struct error bad;
	enum status st;

	if (r->problem) {
		emit_incomplete(out, r->problem);
		return emit_reject(out, r->line, r->offset, r->text, r->problem, err);
	}
	if (json_parse(&v, r->text, &bad) != OK)
		return emit_reject(out, r->line, r->offset, r->text, "not JSON", err);
	st = take(ctx, v, r, err);
	json_free(v);
	return st;
}

enum status each_record(struct reader *in, struct emitter *out, const char *const *arrays, take_record *take,
			void *ctx, struct error *err)
{
	struct records *records = records_new(in, arrays);
	struct record r;
	enum status st;

	while ((st = records_next(records, &r, err)) == OK) {
		st = take_one(out, &r, take, ctx, err);
		if (st != OK)
			break;
	}
	records_free(records);
	return st == END ? OK : st;
}
