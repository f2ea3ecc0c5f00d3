/*
 * doctor_me.c: the account that GET /v1/me tells, and the Accept that it wants.
 */

#include <string.h>

#include "tools/doctor/doctor.h"
#include "shared/text.h"

/* --- the account ---------------------------------------------------------- */

static const char *
account_of(const doctor_t *doctor)
{
    const char *text = "";
    ss_str_t slug;

    if (ss_account_of(doctor->api.body, doctor->mem, &slug) == SS_OK) {
        text = say("%.*s", (int) slug.len, (const char *) slug.data);
    }

    return text;
}

/* `auto` takes what the service tells; no account at all takes nothing. */
static bool
is_auto(const doctor_t *doctor, const char *theirs)
{
    ss_result_t result;

    return doctor->result.account.len == 0
           && doctor_check_me(doctor, DOCTOR_JSONAPI, text_of(theirs), &result)
                  == SS_OK
           && result.account.len > 0;
}

static void
compare_accounts(const char *theirs, ss_str_t ours)
{
    bool same =
        strlen(theirs) == ours.len && memcmp(theirs, ours.data, ours.len) == 0;

    if (same) {
        doctor_tell("account", DOCTOR_OK, theirs, NULL);
    } else if (ours.len == 0) {
        doctor_tell("account", DOCTOR_WARNING,
                    say("the token is of %s, and none is set", theirs),
                    say("write account: %s or account: auto into the rules "
                        "file, or give --ss-account %s",
                        theirs, theirs));
    } else {
        doctor_tell(
            "account", DOCTOR_FAILED,
            say("the token is of %s, and %.*s is set", theirs, (int) ours.len,
                (const char *) ours.data),
            say("set account: %s, or use a token of the other", theirs));
    }
}

void
doctor_tell_account(const doctor_t *doctor)
{
    const char *theirs;

    if (doctor->authorization.len == 0 || doctor->api.status != 200) {
        doctor_tell("account", DOCTOR_SKIPPED, "GET /v1/me did not give it",
                    NULL);
        return;
    }

    theirs = account_of(doctor);
    if (theirs[0] == '\0') {
        doctor_tell("account", DOCTOR_FAILED,
                    "the answer to GET /v1/me has no account-slug",
                    "look at api_url in the rules file, and at the proxy");
        return;
    }

    if (is_auto(doctor, theirs)) {
        doctor_tell("account", DOCTOR_OK, say("%s, by account: auto", theirs),
                    NULL);
    } else {
        compare_accounts(theirs, doctor->result.account);
    }
}

/* --- Accept --------------------------------------------------------------- */

static bool
is_repaired(const ss_result_t *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (strcmp(result->findings[i].rule->id, "accept-not-jsonapi") == 0) {
            return result->findings[i].outcome == SS_REPAIRED;
        }
    }

    return false;
}

static void
compare_accepts(const doctor_answer_t *plain, const ss_result_t *result)
{
    const char *text =
        say("curl's own Accept is answered with %u", plain->status);

    if (plain->code != 0 || plain->status == 0) {
        doctor_tell("accept", DOCTOR_FAILED,
                    "curl's own Accept is not answered",
                    "look at the proxy; try again later");
    } else if (plain->status == 200) {
        doctor_tell("accept", DOCTOR_OK, text, NULL);
    } else if (plain->status != 406) {
        doctor_tell("accept", DOCTOR_FAILED, text,
                    "try again later; the service or a proxy is at fault");
    } else if (is_repaired(result)) {
        doctor_tell("accept", DOCTOR_OK,
                    say("%s; sscurl sends the right one", text), NULL);
    } else {
        doctor_tell("accept", DOCTOR_WARNING,
                    say("%s, and no rule repairs it", text),
                    "send \"Accept: " DOCTOR_JSONAPI "\", or set "
                    "accept-not-jsonapi to repair");
    }
}

int
doctor_tell_accept(const doctor_t *doctor, bool answered)
{
    static const char *const more[] = { NULL };
    doctor_answer_t plain;
    ss_result_t result;

    if (!answered || doctor->authorization.len == 0
        || doctor->api.status == 401) {
        doctor_tell("accept", DOCTOR_SKIPPED,
                    "a call without a good token does not come so far",
                    doctor->authorization.len == 0 ? DOCTOR_GIVE_TOKEN : NULL);
        return SS_OK;
    }

    if (doctor->api.status == 406) {
        doctor_tell("accept", DOCTOR_FAILED,
                    "\"Accept: " DOCTOR_JSONAPI "\" is answered with 406",
                    "look for a proxy that changes headers");
        return SS_OK;
    }

    if (doctor->api.status != 200) {
        doctor_tell("accept", DOCTOR_SKIPPED,
                    say("GET /v1/me answers %u", doctor->api.status), NULL);
        return SS_OK;
    }

    if (doctor_check_me(doctor, "*/*", text_of(""), &result) != SS_OK
        || doctor_ask(doctor, "/v1/me", more, doctor->authorization, &plain)
               != SS_OK) {
        return SS_ERR_NOMEM;
    }
    compare_accepts(&plain, &result);

    return SS_OK;
}
