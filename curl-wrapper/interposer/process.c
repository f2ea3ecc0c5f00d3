/*
 * process.c: the interposer in a curl that sscurl launched: what is done before
 * its main() and after its exit().
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interposer/bound.h"
#include "interposer/exit_code.h"
#include "shared/guard.h"
#include "interposer/libcurl/real.h"
#include "shared/say.h"
#include "settings/settings.h"
#include "interposer/answer/support.h"

static void
at_exit(int status, void *unused)
{
    (void) unused;

    report_rest();
    exit_code_report(status);
    support_finish();
    if (exit_code_replace(&status)) {
        fflush(NULL);
        _exit(status);
    }
}

/* Puts curl's first word back where the guard stands, over it: it would be
   seen in the list of processes. The variable that brought it is wiped; it may
   hold a secret. */
static void
take_guard_off(int argc, char **argv)
{
    char *word = getenv(ENV_WORD);
    size_t len = word != NULL ? strlen(word) : 0;

    if (argc > 1 && word != NULL && strncmp(argv[1], GUARD, strlen(GUARD)) == 0
        && strlen(argv[1]) >= len) {
        memset(argv[1], 0, strlen(argv[1]));
        memcpy(argv[1], word, len);
    }

    if (word != NULL) {
        explicit_bzero(word, len);
    }
}

/* What curl starts is not ours to look after. */
static void
leave_no_trace(void)
{
    unsetenv(ENV_WORD);
    unsetenv(ENV_OPTIONS);
    unsetenv(ENV_REPORT);
}

/* Why a launched curl cannot be let go on; it has been told. */
static bool
is_usable(void)
{
    const char *why = real_load(NULL);
    missed_t missed;

    if (why != NULL) {
        report_line("%s; nothing is sent", why);
        return false;
    }

    if (hooks_bound(&missed)) {
        return setup()->engine != NULL;
    }

    if (missed.name == NULL) {
        report_line("calls of curl do not reach the rules: it makes none that "
                    "they know; nothing is sent");
    } else {
        report_line("calls of curl do not reach the rules: %s goes to %s; take "
                    "that out of LD_PRELOAD; nothing is sent",
                    missed.name, missed.target);
    }

    return false;
}

/* The dynamic loader of glibc gives constructors what main() will get. */
__attribute__((constructor)) static void
begin(int argc, char **argv)
{
    if (getenv(ENV_OPTIONS) == NULL) {
        return;
    }

    take_guard_off(argc, argv);
    if (!is_usable()) {
        _exit(EXIT_UNUSABLE);
    }

    leave_no_trace();
    on_exit(at_exit, NULL);
}
