/* How much there is to read: asked before the work, for people who wait. */
#include <ftw.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "bundle/bundle.h"

/* nftw() passes no pointer: one question at a time. */
static struct { uint64_t bytes, files; } sum;

static int add(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)path;
	(void)at;
	if (type == FTW_F && S_ISREG(st->st_mode))
		sum.bytes += (uint64_t)st->st_size;
	return ++sum.files > LIMIT_MEMBERS;
}

uint64_t bundle_bytes(const char *path)
{
	sum.bytes = sum.files = 0;
	return nftw(path, add, 16, FTW_PHYS) == 0 ? sum.bytes : 0;
}
