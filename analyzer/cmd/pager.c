#include "cmd/pager.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/term.h"

static pid_t reader;

static const char *wanted(void)
{
	const char *pager = getenv("FORENSICS_PAGER");

	if (!pager)
		pager = getenv("PAGER");
	if (!pager)
		pager = "less";
	return *pager && strcmp(pager, "cat") != 0 ? pager : NULL;
}

static void read_from(int fd, const char *pager)
{
	dup2(fd, STDIN_FILENO);
	/* Leaves at once when it fits on the screen, keeps colours, leaves the text on the screen. */
	setenv("LESS", "FRX", 0);
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
	_exit(127);
}

/* Who leaves early has seen enough: that is no failure. */
static void reader_left(int sig)
{
	(void)sig;
	_exit(0);
}

void pager_start(void)
{
	const char *pager = wanted();
	int ends[2];

	if (!pager || !term_is_tty(stdout) || isatty(STDIN_FILENO) != 1 || pipe(ends) != 0)
		return;
	term_paged();
	fflush(stdout);
	reader = fork();
	if (reader == 0) {
		close(ends[1]);
		read_from(ends[0], pager);
	}
	if (reader > 0) {
		signal(SIGPIPE, reader_left);
		dup2(ends[1], STDOUT_FILENO);
	}
	close(ends[0]);
	close(ends[1]);
}

void pager_wait(void)
{
	if (reader <= 0)
		return;
	/* It ends when it sees the end of its input: every copy of the pipe is closed. */
	fflush(stdout);
	close(STDOUT_FILENO);
	signal(SIGINT, SIG_IGN); /* Ctrl-C is for the reader now */
	waitpid(reader, NULL, 0);
	reader = 0;
}
