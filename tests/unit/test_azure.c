#include "source/azure.h"

#include "source/azure_series.h"
#include "source/source.h"
#include "unit.h"

#define JAN_9 (1168335660 * TS_SECOND) /* 2007-01-09T09:41:00Z */

static const struct { const char *text; ts_usec t; bool zone; } times[] = {
	{ "01/09/2007 09:41:00", JAN_9, false },
	{ "1/9/2007 9:41:00 AM", JAN_9, false },
	{ "1/9/2007 10:41:00 AM +01:00", JAN_9, true },
	{ "1/9/2007 4:41:00 AM -05:00", JAN_9, true },
	{ "1/9/2007 12:41:00 AM", JAN_9 - 9 * TS_HOUR, false },
	{ "1/9/2007 12:41:00 PM", JAN_9 + 3 * TS_HOUR, false },
	{ "2007-01-09T09:41:00", JAN_9, false },
	{ "2007-01-09T11:41:00+02:00", JAN_9, true },
	{ "2007-01-09T09:41:00.6816663Z", JAN_9 + 681666, true },
	{ "2007-01-09T09:41:00.535404056Z", JAN_9 + 535404, true },
	{ "13/09/2007 09:41:00", TS_NONE, false },   /* months come first */
	{ "1/32/2007 09:41:00", TS_NONE, false },
	{ "1/9/2007 13:41:00 PM", TS_NONE, false },
	{ "1/9/2007 24:41:00", TS_NONE, false },
	{ "1/9/2007 9:41:00 tomorrow", TS_NONE, false },
	{ "1/9/2007", TS_NONE, false },
	{ "yesterday", TS_NONE, false },
	{ "", TS_NONE, false },
};

START_TEST(instants_in_every_notation)
{
	struct azure_time t = azure_time(str_of(times[_i].text));

	ck_assert_int_eq(t.t, times[_i].t);
	ck_assert(t.t == TS_NONE || t.zone_given == times[_i].zone);
}
END_TEST

static const struct { const char *ticks; ts_usec t; } ticks[] = {
	{ "638481757794854611", 1712578979485461 },
	{ "621355968000000000", 0 },
	{ "621355967999999999", TS_NONE },
	{ "99999999999999999999", TS_NONE },
	{ "-1", TS_NONE },
	{ "", TS_NONE },
};

START_TEST(ticks_since_year_one)
{
	ck_assert_int_eq(azure_ticks(str_of(ticks[_i].ticks)), ticks[_i].t);
}
END_TEST

static const struct { const char *id, *resource, *group, *entity; } ids[] = {
	{ "/subscriptions/1/resourceGroups/RG-a/providers/Microsoft.CognitiveServices/accounts/oai/deployments/gpt-4o",
	  "gpt-4o", "RG-a", "deployment:gpt-4o" },
	{ "/SUBSCRIPTIONS/1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/OAI", "oai", "rg", "account:oai" },
	{ "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Resources/deployments/main", "main", "rg", "resource:main" },
	{ "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c/agentPools/gpu",
	  "gpu", "rg", "nodepool:gpu" },
	{ "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/s/virtualMachines/3",
	  "3", "rg", "vm:s_3" },
	{ "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/V1/", "v1", "rg", "vm:v1" },
	{ "/subscriptions/1/resourceGroups", "resourceGroups", "", "resource:resourceGroups" },
	{ "plain", "plain", "", "resource:plain" },
	{ "", "", "", "" },
};

START_TEST(parts_of_a_resource_id)
{
	struct arena *a = arena_new();
	struct str id = str_of(ids[_i].id), entity = azure_entity(a, id);

	ck_assert(str_eq(azure_resource(a, id), str_of(ids[_i].resource)));
	ck_assert(str_eq(azure_resource_group(a, id), str_of(ids[_i].group)));
	ck_assert_msg(str_eq(entity, str_of(ids[_i].entity)), "%.*s", STR_ARG(entity));
	arena_free(a);
}
END_TEST

static const struct { const char *json, *code, *outer, *message; } errors[] = {
	{ "{\"error\":{\"code\":\"429\",\"message\":\"slow down\"}}", "429", "", "429: slow down" },
	{ "{\"Code\":\"BadRequest\",\"Message\":\"no\"}", "BadRequest", "", "BadRequest: no" },
	{ "{\"code\":429,\"message\":\"no\"}", "429", "", "429: no" },
	{ "{\"error\":{\"code\":\"Outer\",\"message\":\"see details\",\"details\":[{\"code\":\"QuotaExceeded\",\"message\":\"cores\"}]}}",
	  "QuotaExceeded", "Outer", "Outer: see details; QuotaExceeded: cores" },
	{ "\"{\\\"error\\\":{\\\"code\\\":\\\"A\\\",\\\"message\\\":\\\"{\\\\\\\"error\\\\\\\":{\\\\\\\"code\\\\\\\":\\\\\\\"B\\\\\\\",\\\\\\\"message\\\\\\\":\\\\\\\"deep\\\\\\\"}}\\\"}}\"",
	  "B", "A", "B: deep" },
	{ "\"\\\"Resource provisioning is in progress.\\\"\"", "", "", "Resource provisioning is in progress." },
	{ "{\"error\":{\"code\":\"A\",\"message\":\"same\",\"innererror\":{\"code\":\"B\",\"message\":\"same\"}}}", "B", "A", "A: same" },
	{ "\"plain words\"", "", "", "plain words" },
	{ "\"{not json\"", "", "", "{not json" },
	{ "{\"status\":\"Failed\"}", "", "", "" },
	{ "null", "", "", "" },
	{ "7", "", "", "" },
};

START_TEST(errors_are_unwrapped)
{
	struct arena *a = arena_new();
	struct json *v = NULL;
	struct azure_error e;
	struct error err;
	bool any;

	ck_assert_int_eq(json_parse(&v, str_of(errors[_i].json), &err), OK);
	any = azure_error_of(a, v, &e);
	ck_assert(any == (errors[_i].message[0] != '\0'));
	ck_assert_msg(str_eq(e.message, str_of(errors[_i].message)), "%.*s", STR_ARG(e.message));
	ck_assert(str_eq(e.code, str_of(errors[_i].code)));
	ck_assert(str_eq(e.outer, str_of(errors[_i].outer)));
	json_free(v);
	arena_free(a);
}
END_TEST

static const struct { const char *text; double seconds; } waits[] = {
	{ "have exceeded token rate limit. Please retry after 26 seconds. Please go here", 26 },
	{ "Please retry after 86400 seconds.", 86400 },
	{ "Rate limit is exceeded. Try again in 2 seconds.", 2 },
	{ "Try again in 250 milliseconds", 0.25 },
	{ "Retry-After: 60", 60 },
	{ "Please try again in 1.5s", 1.5 },
	{ "retry after a while, or Retry-After: 3", 3 },
	{ "retry after ", -1 },
	{ "your requests have exceeded rate limit.", -1 },
	{ "", -1 },
};

START_TEST(seconds_to_wait)
{
	double got = azure_retry_after(str_of(waits[_i].text));

	if (waits[_i].seconds < 0)
		ck_assert(isnan(got));
	else
		ck_assert_double_eq(got, waits[_i].seconds);
}
END_TEST

static const struct { const char *text; ts_usec us; } intervals[] = {
	{ "PT1M", TS_MINUTE }, { "PT5M", 5 * TS_MINUTE }, { "PT1H", TS_HOUR }, { "P1D", TS_DAY }, { "PT30S", 30 * TS_SECOND },
	{ "P1DT12H", 36 * TS_HOUR }, { "PT", 0 }, { "P1M", 0 }, { "PT1", 0 }, { "PT99999999M", 0 }, { "1M", 0 }, { "", 0 },
};

START_TEST(length_of_an_interval)
{
	ck_assert_int_eq(azure_interval(str_of(intervals[_i].text)), intervals[_i].us);
}
END_TEST

static const struct { const char *path, *head, *source; } heads[] = {
	{ "x", "{\"value\":[{\"eventTimestamp\":\"\",\"operationName\":{\"value\":\"\"}}]}", "azure_activity" },
	{ "x", "{\"time\":\"\",\"category\":\"Administrative\",\"operationName\":\"\",\"resourceId\":\"\"}", "azure_activity" },
	{ "x", "{\"time\":\"\",\"category\":\"RequestResponse\",\"operationName\":\"\",\"resourceId\":\"\"}", "azure_logs" },
	{ "x", "{\"tables\":[{\"name\":\"\",\"columns\":[],\"rows\":[]}]}", "azure_logs" },
	{ "x", "[{\"TableName\":\"PrimaryResult\",\"TimeGenerated\":\"\",\"OperationNameValue\":\"\"}]", "azure_activity" },
	{ "x", "{\"timespan\":\"\",\"interval\":\"PT1M\",\"value\":[{\"timeseries\":[]}]}", "azure_metrics" },
	{ "x", "{\"metricName\":\"\",\"timeGrain\":\"PT1M\",\"time\":\"\",\"resourceId\":\"\"}", "azure_metrics" },
	{ "x", "[{\"currentValue\":1,\"limit\":2,\"name\":{}}]", "azure_cli" },
	{ "x", "{\"DocumentIncarnation\":1,\"Events\":[]}", "azure_cli" },
	{ "usage.json", "{\"error\":{\"code\":\"X\",\"message\":\"y\"}}", "azure_cli" },
	{ "activity-of-usage.json", "{\"error\":{\"code\":\"X\",\"message\":\"y\"}}", "azure_activity" },
	{ "metrics.json", "{\"error\":{\"code\":\"X\",\"message\":\"y\"}}", "azure_metrics" },
	{ "x", "ERROR: (QuotaExceeded) no more\n", "azure_activity" },
	{ "x", "{\"timestamp\":\"\",\"level\":\"error\",\"error\":{\"code\":1,\"message\":\"an application's\"}}", NULL },
	{ "x", "{\"value\":[{\"name\":{\"value\":\"metric1\"},\"unit\":\"Bytes\",\"metricAvailabilities\":[]}]}", "azure_cli" }, /* definitions */
	{ "x", "{\"category\":\"sale\",\"time\":\"10:00\",\"price\":4}", NULL },
	{ "x", "\"code\": 7\n", NULL },
};

START_TEST(each_export_finds_its_source)
{
	struct bid bids[32];
	size_t n = source_bids(str_of(heads[_i].path), str_of(heads[_i].head), bids, 32);

	if (!heads[_i].source) {
		for (size_t i = 0; i < n; i++)
			ck_assert_msg(!str_starts(str_of(bids[i].source->name), STR("azure_")), "%s bids", bids[i].source->name);
		return;
	}
	ck_assert_uint_gt(n, 0);
	ck_assert_str_eq(bids[0].source->name, heads[_i].source);
	ck_assert(n == 1 || bids[1].bits < bids[0].bits);
}
END_TEST

static void add(TCase *tc)
{
	LOOP(tc, instants_in_every_notation, times);
	LOOP(tc, ticks_since_year_one, ticks);
	LOOP(tc, parts_of_a_resource_id, ids);
	LOOP(tc, errors_are_unwrapped, errors);
	LOOP(tc, seconds_to_wait, waits);
	LOOP(tc, length_of_an_interval, intervals);
	LOOP(tc, each_export_finds_its_source, heads);
}

TEST_MAIN("azure", add)
