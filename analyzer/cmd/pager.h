#ifndef FORENSICS_CMD_PAGER_H
#define FORENSICS_CMD_PAGER_H

#include <stdbool.h>

/* Long output on a terminal goes through $FORENSICS_PAGER, else $PAGER, else less: the only
 * program that this one starts, and only where a person sits at the terminal.  "cat" or an empty value: none. */

/* From now on what goes to stdout goes there.  Call after term_setup(), before anything is printed. */
void pager_start(void);
/* Waits until the reader has left; fine when none was started. */
void pager_wait(void);

#endif /* FORENSICS_CMD_PAGER_H */
