#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/doctor/doctor.h"
#include "shared/text.h"
#include "settings/settings.h"

static bool failed;

/* Texts are few, and kept. */
static ss_arena_t texts;

const char *
say(const char *format, ...)
{
    ss_mem_t mem = ss_arena_mem(&texts);
    va_list args, again;
    char *text = NULL;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    if (len >= 0) {
        text = mem.alloc(mem.ctx, (size_t) len + 1);
    }
    if (text != NULL) {
        vsnprintf(text, (size_t) len + 1, format, again);
    }
    va_end(again);
    va_end(args);

    return text != NULL ? text : "";
}

/* Bytes for people, and for JSON, which has to be UTF-8. */
static const char *
clean(const char *text)
{
    ss_mem_t mem = ss_arena_mem(&texts);
    ss_str_t printable;

    if (text == NULL
        || ss_printable(text_of(text), &mem, &printable) != SS_OK) {
        return text == NULL ? NULL : "";
    }

    return say("%.*s", (int) printable.len, (const char *) printable.data);
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
    message = clean(message);
    fix = clean(fix);

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
