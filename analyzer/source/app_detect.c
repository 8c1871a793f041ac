#include "source/app.h"

#include "source/jsonkeys.h"

#define DETECT_LINES 80

enum shape { SHAPE_NONE, SHAPE_STAMPED, SHAPE_CLEAR, SHAPE_WORDS, SHAPE_FOREIGN };

/* Members of records that have a source of their own. */
static bool foreign_json(struct str line)
{
	static const char *const names[] = { "__REALTIME_TIMESTAMP", "involvedObject", "apiVersion", "resourceId", "operationName",
		"eventTimestamp", "records", "metricName", "timeGrain", "regarding", "_BOOT_ID", "timeseries", "request_time",
		"remote_addr" };

	return json_keys_seen(line, 3, names, sizeof(names) / sizeof(*names)) != 0;
}

static bool own_json(struct str line)
{
	static const char *const times[] = { "time", "timestamp", "ts", "@timestamp", "asctime", "datetime", "date", "t" };
	static const char *const words[] = { "message", "msg", "level", "levelname", "severity", "event", "log", "logger",
		"latency_ms", "latency", "latency_s", "duration_ms", "elapsed_ms", "response_time_ms" };

	return json_keys_seen(line, 1, times, sizeof(times) / sizeof(*times)) &&
	       json_keys_seen(line, 2, words, sizeof(words) / sizeof(*words));
}

/* "<ISO> host tag[pid]: ": rsyslog's, not a program's own. */
static bool is_syslog(struct str after)
{
	struct str host, tag;
	struct str rest = after, word;
	enum severity severity;

	if (app_level(str_trim(after), &severity, &word) || !str_word(&rest, &host) || !str_word(&rest, &tag))
		return false;
	return host.p[host.n - 1] != ':' && tag.n > 1 && tag.p[tag.n - 1] == ':' && str_chr(host, '[') == host.n;
}

/* dpkg.log and its kind have their own readers. */
static bool is_package_log(struct str after)
{
	static const char *const words[] = { "startup ", "status ", "install ", "upgrade ", "configure ", "trigproc ",
		"remove ", "purge ", "conffile " };

	after = str_trim(after);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_starts(after, str_of(words[i])))
			return true;
	return false;
}

/* Lines that only programs print, with a stamp or without. */
static bool telling(struct str text)
{
	static const char *const marks[] = { "CUDA error", "CUDA out of memory", "ProcessGroupNCCL", " NCCL INFO ",
		" NCCL WARN ", "cudaError", "token rate limit", "call rate limit",
		"torch.distributed", "Loading safetensors checkpoint", "Uvicorn running on",
		"terminate called after throwing an instance of", "modprobe: FATAL: ", "modprobe: ERROR: " };
	struct str name, message;

	if (app_traceback(text) || app_exception(text, &name, &message))
		return true;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (str_has(text, str_of(marks[i])))
			return true;
	return str_has(text, STR("Assertion `")) && str_has(text, STR("failed"));
}

static enum shape shape_of(struct str line)
{
	struct app_head h = { .severity = SEV_NONE };
	struct str text = line;
	struct stamp st;
	size_t n;
	bool partial;

	while (text.n && *text.p == '\0')
		text = str_from(text, 1);
	if (str_skip(&text, STR("\033[")))
		text = str_from(text, str_chr(text, 'm') + 1);
	if (str_has(text, STR("\r")))
		text = str_from(text, str_rchr(text, '\r') + 1);
	app_name_prefix(&text, &h);
	app_file_prefix(&text);
	if (app_cri(&text, &h, &partial) || str_starts(text, STR("{\"log\":\"")) ||
	    str_starts(text, STR("==== START logs for container ")))
		return SHAPE_CLEAR;
	if (text.n && *text.p == '{')
		return foreign_json(text) ? SHAPE_FOREIGN : own_json(text) ? SHAPE_CLEAR : SHAPE_NONE;
	if (str_starts(text, STR("time=")) || str_starts(text, STR("level=")))
		return str_has(text, STR("msg=")) ? SHAPE_CLEAR : SHAPE_NONE;
	n = app_stamp(text, &st);
	if (n) {
		struct str after = str_from(text, n);

		if (is_package_log(after) || is_syslog(after) || (st.has_zone && str_chr(str_head(text, n), ',') < n))
			return SHAPE_FOREIGN; /* the last: dmesg --time-format iso */
		if (str_trim(after).n == 0)
			return SHAPE_NONE; /* a date alone */
	}
	app_head(text, &h);
	if (n && text.p[0] == '[' && text.p[1] >= 'A' && !h.level.n)
		return SHAPE_FOREIGN; /* dmesg -T */
	if (h.stamped && h.text.n && *h.text.p == '{')
		return foreign_json(h.text) ? SHAPE_FOREIGN : SHAPE_CLEAR;
	if ((h.stamped && h.level.n) || h.rank.n || h.host.n || (h.file.n && h.level.n))
		return SHAPE_CLEAR;
	if (h.level.n && h.logger.n) /* "WARNING:root:..": what Python's logging prints when nobody configured it */
		return SHAPE_WORDS;
	if (telling(text))
		return SHAPE_WORDS;
	return h.stamped ? SHAPE_STAMPED : SHAPE_NONE;
}

/* "+ grep -q x", "++ id": sh -x, in front of what the script then runs. */
static bool is_trace(struct str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '+')
		n++;
	return n > 0 && n < line.n && line.p[n] == ' ';
}

static bool has_any(struct str path, const char *const *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_has(path, str_of(parts[i])))
			return true;
	return false;
}

int app_detect(struct str path, struct str head)
{
	static const char *const containers[] = { "log/pods/", "log/containers/", "podlogs/", "pods/logs/",
		"/logs/current.log", "/logs/previous.log", "podscontainerlogs/" };
	static const char *const packages[] = { "unattended-upgrades", "log/apt/", "dpkg.log" };
	struct str rest = head, line;
	int seen = 0, stamped = 0, clear = 0, words = 0, foreign = 0, traced = 0, nested = 0;

	if (has_any(path, packages, sizeof(packages) / sizeof(*packages)))
		return 0;
	while (seen < DETECT_LINES + 4 * traced && str_cut(&rest, '\n', &line)) {
		line = str_rtrim(line);
		if (line.n == 0)
			continue;
		/* Frames and other indented text say nothing by themselves. */
		if (is_blank(*line.p))
			continue;
		if (is_trace(line)) { /* and what the commands print may be anything */
			traced++;
			nested += str_starts(line, STR("++ "));
			continue;
		}
		seen++;
		switch (shape_of(line)) {
		case SHAPE_NONE:
			break;
		case SHAPE_STAMPED:
			stamped++;
			break;
		case SHAPE_CLEAR:
			clear++;
			break;
		case SHAPE_WORDS:
			words++;
			break;
		case SHAPE_FOREIGN:
			foreign++;
			break;
		}
	}
	if (foreign > clear + stamped + words)
		return 0;
	if (clear * 3 >= seen && clear > 0)
		return 16;
	if (clear + words > 0 && (clear + words + stamped) * 10 >= seen)
		return 12;
	if (stamped * 2 >= seen && stamped > 0)
		return 10;
	if (has_any(path, containers, sizeof(containers) / sizeof(*containers)) && seen > 0)
		return 6;
	/* A script's start is long at times; a patch has "+ ", but not "++ ". */
	if (nested > 0 && traced > seen)
		return 8;
	/* Prose, but somewhere in its beginning an exception or a rank. */
	return words + clear > 0 ? 8 : 0;
}
