#include "exit_code.h"

#include <stdlib.h>

#include "guard.h"
#include "real.h"
#include "say.h"
#include "settings.h"

static bool rejected, dry;

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
