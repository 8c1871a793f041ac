#ifndef FORENSICS_CMD_ABOUT_H
#define FORENSICS_CMD_ABOUT_H

#include <stdbool.h>
#include <stdio.h>

/* What the program says of itself. */
void about_usage(FILE *out);
bool about_option(const char *word); /* --version, --licenses: printed; false: it is neither */
/* `help exit-codes`. */
void about_exit_codes(FILE *out);

#endif /* FORENSICS_CMD_ABOUT_H */
