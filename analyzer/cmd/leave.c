#include "cmd/leave.h"

#include <assert.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* Only whole pointers are written, so that the handler always finds paths. */
static const char *volatile unfinished[LEAVE_FILES];

static void leave(int sig)
{
	for (int i = 0; i < LEAVE_FILES; i++)
		if (unfinished[i])
			(void)unlink(unfinished[i]);
	_exit(128 + sig);
}

void leave_on_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction act = { .sa_handler = leave }, old;

	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* nohup's wish is kept. */
		if (signals[i] == SIGHUP && sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &act, NULL);
	}
}

void leave_remove(const char *path)
{
	int i = 0;

	while (i < LEAVE_FILES && unfinished[i])
		i++;
	assert(i < LEAVE_FILES);
	unfinished[i] = path;
}

void leave_done(const char *path)
{
	for (int i = 0; i < LEAVE_FILES; i++)
		if (unfinished[i] == path)
			unfinished[i] = NULL;
}
