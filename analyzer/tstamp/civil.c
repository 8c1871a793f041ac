#include "tstamp/tstamp.h"

/* Days since 1970-01-01 in the proleptic Gregorian calendar, after Howard
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March,
 * so that the leap day is the last, and eras of 400 years all are alike. */
#define DAYS_PER_ERA 146097
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

ts_usec ts_civil(int year, int month, int day, int hour, int minute, int second, int us)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	int64_t days = era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;

	return days * TS_DAY + hour * TS_HOUR + minute * TS_MINUTE + second * TS_SECOND + us;
}

struct civil ts_split(ts_usec t)
{
	int64_t days = floor_div(t, TS_DAY);
	int64_t rest = t % TS_DAY < 0 ? t % TS_DAY + TS_DAY : t % TS_DAY;
	int64_t z = days + DAYS_TO_EPOCH;
	int64_t era = floor_div(z, DAYS_PER_ERA);
	int64_t day_of_era = z - era * DAYS_PER_ERA;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */
	int64_t weekday = (days + 4) % 7;            /* 1970-01-01 was a Thursday */

	return (struct civil){
		.year = (int)(year_of_era + era * 400 + (month >= 10)),
		.month = (int)(month < 10 ? month + 3 : month - 9),
		.day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
		.hour = (int)(rest / TS_HOUR),
		.minute = (int)(rest / TS_MINUTE % 60),
		.second = (int)(rest / TS_SECOND % 60),
		.us = (int)(rest % TS_SECOND),
		.weekday = (int)(weekday < 0 ? weekday + 7 : weekday),
	};
}
