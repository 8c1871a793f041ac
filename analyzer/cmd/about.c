#include "cmd/about.h"

#include <string.h>

#include "cmd/cmd.h"

void about_usage(FILE *out)
{
	fputs("usage: forensics COMMAND [ARGUMENTS]\n\n"
	      "Reads a bundle of logs, finds the known failures in it, and shows the evidence.\n\n"
	      "  forensics analyze bundle.tar.gz -d case.db -o report.html\n"
	      "  forensics explain cuda-out-of-memory -d case.db\n\n"
	      "commands:\n",
	      out);
	commands_help(out, "");
	fputs("\nEvery command has --help.  Topics: forensics help commands|exit-codes|man|schema\n", out);
}

void about_exit_codes(FILE *out)
{
	fputs("   0  it ran; with findings or without\n"
	      "   1  only with --fail-on SEVERITY: there is a finding at or above it\n"
	      "   2  the command line, a rule or a query is wrong\n"
	      "   3  input or I/O: nothing usable could be read or written\n"
	      "   4  partial: a result was written, but some input was damaged, skipped or cut\n"
	      " 130  interrupted (SIGINT); 143 (SIGTERM); no half-written file is left\n",
	      out);
}

/* What is linked or embedded; the full texts come with the packages. */
static void licenses(FILE *out)
{
	static const struct { const char *library, *license; } linked[] = {
		{ "PCRE2", "BSD 3-clause" },
		{ "SQLite", "public domain" },
		{ "zlib", "zlib licence" },
		{ "cJSON", "MIT" },
		{ "libarchive", "BSD 2-clause" },
		{ "libyaml", "MIT" },
		{ "cmark", "BSD 2-clause; parts MIT" },
		{ "bzip2", "bzip2 licence (BSD-like)" },
		{ "Zstandard", "BSD 3-clause or GPL version 2" },
		{ "liblzma (XZ Utils)", "public domain" },
		{ "libedit", "BSD 3-clause" },
		{ "Nettle", "LGPL version 3 or later, or GPL version 2 or later" },
#ifdef WITH_VECTORSCAN
		{ "Vectorscan", "BSD 3-clause; parts BSD 2-clause and Boost" },
#endif
#ifdef WITH_LIVE
		{ "uPlot (in reports)", "MIT" },
		{ "sql.js (in reports)", "MIT; with SQLite" },
#endif
	};

	fputs("forensics: MIT licence\n\nlinked libraries:\n", out);
	for (size_t i = 0; i < sizeof(linked) / sizeof(linked[0]); i++)
		fprintf(out, "  %-20s %s\n", linked[i].library, linked[i].license);
	fputs("\nThe full texts come with their packages (Debian: /usr/share/doc/PACKAGE/copyright).\n", out);
}

bool about_option(const char *word)
{
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		puts("forensics " FORENSICS_VERSION);
		return true;
	}
	if (strcmp(word, "--licenses") == 0) {
		licenses(stdout);
		return true;
	}
	return false;
}
