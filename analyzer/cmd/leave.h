#ifndef FORENSICS_CMD_LEAVE_H
#define FORENSICS_CMD_LEAVE_H

/* However the program ends, no half-written file is left behind.  Files that are being written are named
 * here; SIGINT, SIGTERM, SIGHUP and SIGPIPE remove them and exit with 128 + the signal, silently. */
void leave_on_signals(void);
/* path is borrowed until leave_done(): at most LEAVE_FILES at a time. */
enum { LEAVE_FILES = 16 };
void leave_remove(const char *path);
void leave_done(const char *path); /* it has its name now, or is gone */

#endif /* FORENSICS_CMD_LEAVE_H */
