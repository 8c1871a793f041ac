/* json_floor FILE: what cJSON alone needs for the records of `gen MB SEED json`, an item a line.  Prints seconds. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	char *line = NULL;
	size_t cap = 0, records = 0;
	ssize_t n;
	double t0 = now();

	if (!f)
		return 2;
	while ((n = getline(&line, &cap, f)) > 0) {
		cJSON *item = cJSON_ParseWithLength(line, (size_t)n); /* the comma behind an item is not read */

		records += cJSON_GetObjectItemCaseSensitive(item, "reason") != NULL;
		cJSON_Delete(item);
	}
	printf("%.3f\n", now() - t0);
	free(line);
	fclose(f);
	return records ? 0 : 3;
}
