#ifndef FORENSICS_SOURCE_EACH_RECORD_H
#define FORENSICS_SOURCE_EACH_RECORD_H

#include "base/json.h"
#include "bundle/records.h"
#include "record/record.h"

/* Takes one parsed record of a JSON member; v dies when it returns. */
typedef enum status take_record(void *ctx, const struct json *v, const struct record *r, struct error *err);

/* Hands every record of in to take, parsed.  What is no JSON is rejected, what
 * was cut or is too large makes the member incomplete as well.  arrays as for records_new(). */
enum status each_record(struct reader *in, struct emitter *out, const char *const *arrays, take_record *take,
			void *ctx, struct error *err);

#endif /* FORENSICS_SOURCE_EACH_RECORD_H */
