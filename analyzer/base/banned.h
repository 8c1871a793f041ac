#ifndef FORENSICS_BASE_BANNED_H
#define FORENSICS_BASE_BANNED_H

/* Included by the build into every file of analyzer/ (-include): these do not
 * compile here.  Unbounded copies, hidden state, the locale, the wall clock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Under _FORTIFY_SOURCE glibc makes this one a macro for clang. */
#undef sprintf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok strtok_r atoi atol atof sscanf
#pragma GCC poison localtime localtime_r gmtime ctime asctime strptime strftime mktime timegm
#pragma GCC poison rand srand random

#endif /* FORENSICS_BASE_BANNED_H */
