/*
 * What can be said of any error.
 */

#include "../ss_explain.h"

static bool
name_status(ss_explain_t *explain, ss_telling_t *telling)
{
    char digits[4] = { '0', '0', '0', '\0' };
    unsigned status = explain->response->status;

    for (int i = 2; i >= 0; i--) {
        digits[i] = (char) ('0' + status % 10);
        status /= 10;
    }
    telling->message = SS_SAY(explain,
                              SS_STR("the service answered with "
                                     "status "),
                              ss_str(digits, 3));

    return true;
}

static const ss_cause_def_t causes[] = {
    {
        .info = { "request-refused",
                  "the service refused the request and did not say why" },
        .message = "the service refused the request and did not say why",
        .fix = "read the answer's body; compare the request with the "
               "documentation of the address",
        .weight = SS_FALLBACK,
        .applies = name_status,
    },
};

SS_CAUSE_FAMILY(other, causes);
