#ifndef FORENSICS_CMD_MAN_H
#define FORENSICS_CMD_MAN_H

#include <stdio.h>

/* forensics(1) in the language of man(7), from the tables that read the command line. */
void man_page(FILE *out);

#endif /* FORENSICS_CMD_MAN_H */
