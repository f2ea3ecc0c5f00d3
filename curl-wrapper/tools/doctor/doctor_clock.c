/*
 * doctor_clock.c: this machine's clock, and the service's.
 */

#include <string.h>
#include <time.h>

#include "tools/doctor/doctor.h"

/* Seconds that the clock may be off. */
#define SKEW_NOTED 60
#define SKEW_BAD 300

/* Seconds that this clock is ahead. */
static bool
skew_of(const doctor_answer_t *answer, long *skew)
{
    ss_str_t date = doctor_header(answer, "Date");
    const char *text = say("%.*s", (int) date.len, (const char *) date.data);
    struct tm tm = { .tm_isdst = 0 };
    time_t there;

    if (answer->status == 0
        || strptime(text, "%a, %d %b %Y %H:%M:%S", &tm) == NULL) {
        return false;
    }

    there = timegm(&tm);
    *skew = there < answer->began   ? (long) (answer->began - there)
            : there > answer->ended ? (long) (answer->ended - there)
                                    : 0;

    return true;
}

void
doctor_tell_clock(const doctor_t *doctor)
{
    long skew, size;
    const char *text;

    if (!skew_of(&doctor->api, &skew) && !skew_of(&doctor->auth, &skew)) {
        doctor_tell("clock", DOCTOR_SKIPPED, "no answer says the date", NULL);
        return;
    }

    size = skew < 0 ? -skew : skew;
    text =
        say("%ld s %s the service's", size, skew < 0 ? "behind" : "ahead of");
    if (size <= SKEW_NOTED) {
        doctor_tell("clock", DOCTOR_OK, "it agrees with the service's", NULL);
    } else {
        doctor_tell("clock", size > SKEW_BAD ? DOCTOR_FAILED : DOCTOR_WARNING,
                    text,
                    "set this machine's clock; tokens seem expired "
                    "too early or too late otherwise");
    }
}
