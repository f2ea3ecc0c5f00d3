#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "doctor.h"
#include "setup.h"

static bool failed;

text_t
say(const char *format, ...)
{
    text_t text;
    va_list args;

    va_start(args, format);
    vsnprintf(text.text, sizeof(text.text), format, args);
    va_end(args);

    return text;
}

bool
doctor_failed(void)
{
    return failed;
}

static void
tell_json(const char *check, const char *outcome, const char *message,
          const char *fix)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s?}", "check", check, "outcome", outcome,
                  "message", message, "fix", fix);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;

    if (text != NULL) {
        puts(text);
    }
    free(text);
    json_decref(object);
}

void
doctor_tell(const char *check, doctor_outcome_t outcome, const char *message,
            const char *fix)
{
    static const char *const names[] = {
        [DOCTOR_OK] = "ok",
        [DOCTOR_WARNING] = "warning",
        [DOCTOR_FAILED] = "failed",
        [DOCTOR_SKIPPED] = "skipped",
    };

    failed |= outcome == DOCTOR_FAILED;

    if (setup()->json) {
        tell_json(check, names[outcome], message, fix);
    } else if (!setup()->quiet || outcome == DOCTOR_FAILED
               || outcome == DOCTOR_WARNING) {
        printf("%-8s %-14s %s%s%s\n", names[outcome], check, message,
               fix != NULL ? "; to do: " : "", fix != NULL ? fix : "");
    }

    /* what comes next may take its time, and is for nothing when nobody can be
       told */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("sscurl: stdout");
        exit(2);
    }
}
