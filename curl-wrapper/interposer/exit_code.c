#include "interposer/exit_code.h"

#include <stdlib.h>

#include "shared/guard.h"
#include "interposer/libcurl/real.h"
#include "shared/say.h"
#include "settings/settings.h"

static bool rejected, dry, has_reason;

void
setup_note_rejection(void)
{
    rejected = true;
    /* curl would wait, and try again what will be rejected again */
    if (setup()->gives_up) {
        report_release(true);
        exit(EXIT_REJECTED);
    }
}

void
setup_note_dry_run(void)
{
    dry = true;
}

void
setup_note_reason(void)
{
    has_reason = true;
}

/* A transfer that is not made is a failed one to curl, so that it is silent in
   a dry run; of words that it does not know (2) it complains all the same. */
void
exit_code_report(int status)
{
    if (setup()->dry_run && !rejected && !has_reason && status != 0
        && status != CURLE_FAILED_INIT && status != CURLE_ABORTED_BY_CALLBACK) {
        report_line("curl ended with exit code %d and says why without "
                    "--ss-dry-run",
                    status);
    }
}

/* libcurl knows no word for "rejected", so that the status is set here. */
bool
exit_code_replace(int *status)
{
    if (rejected) {
        *status = EXIT_REJECTED;
    } else if (dry && *status == CURLE_ABORTED_BY_CALLBACK) {
        *status = 0;
    } else {
        return false;
    }

    return true;
}
