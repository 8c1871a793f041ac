#ifndef FORENSICS_CMD_SQL_SESSION_H
#define FORENSICS_CMD_SQL_SESSION_H

#include "cmd/cmd.h"
#include "cmd/rows.h"

/* What `forensics sql` does for one query and for a whole evening of them. */
struct sql_session {
	struct cli *cli;            /* with its case open */
	enum rows_mode mode;
	int timeout_ms;             /* 0: none */
	const volatile int *stop;   /* ends the running query when it becomes non-zero; or NULL */
};

/* All statements of the text, each with the same arguments for ?1, ?2 ...; a mistake is explained on stderr. */
enum exit_code sql_run(const struct sql_session *s, struct str text, const char *const *args, size_t n_args);
/* A query of sql/cookbook; ERR_USAGE with a did-you-mean. */
enum status sql_canned(const char *name, struct str *text, struct error *err);
void sql_list(void);
bool sql_mode(const char *word, enum rows_mode *out);
/* Is nothing left but blanks, semicolons and comments? */
bool sql_is_over(struct str text);
/* Views and columns with their documentation, of one object or NULL for all (help.c). */
enum exit_code help_schema(const char *object);

/* Reads queries and commands from the terminal until the end (shell.c). */
enum exit_code sql_shell(struct sql_session *s);

#endif /* FORENSICS_CMD_SQL_SESSION_H */
