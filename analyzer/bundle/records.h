#ifndef FORENSICS_BUNDLE_RECORDS_H
#define FORENSICS_BUNDLE_RECORDS_H

#include "base/error.h"
#include "bundle/reader.h"

/* Cuts a JSON member into records small enough for base/json.h, whatever its
 * shape: JSON lines, one document, concatenated documents, an array, an object
 * whose arrays hold the records ({"items": [..]}, {"value": [..]}).  Never holds
 * more than one record of LIMIT_JSON_RECORD bytes. */
struct records;

struct record {
	struct str text;   /* one JSON value; valid until the next call */
	struct str array;  /* name of the array it is an element of ("items", "value"), "" for a top-level value
	                      or an element of a top-level array */
	uint32_t line;     /* of its first byte */
	uint32_t lines;    /* it spans */
	uint64_t offset;
	bool envelope;     /* the top-level object itself, its split arrays left out as []: comes after its records */
	const char *problem; /* not NULL: not a whole record (cut by the end of the file, larger than the limit,
	                        not JSON); text is its head */
};

/* arrays: NULL-terminated names, borrowed; an array of a top-level object with one of
 * these names is split, any other stays inside its object.  "data.result" names one in an object in it.
 * NULL: {"items", "value", "records", NULL}.
 * Starts where in stands, and leaves it behind the last record given; in is not to be used meanwhile.
 * Between values only blanks and commas belong (and RFC 7464's 0x1e); anything else up to the end of its
 * line is a record with a problem.  Of JSON lines a torn one does not spoil the next. */
struct records *records_new(struct reader *in, const char *const *arrays);
enum status records_next(struct records *r, struct record *out, struct error *err); /* END; errors as reader_line */
void records_free(struct records *r);

#endif /* FORENSICS_BUNDLE_RECORDS_H */
