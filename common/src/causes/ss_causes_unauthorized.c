/*
 * 401 of the API: the service documents one body for all reasons, so that the
 * challenge and the request must tell them apart.
 */

#include "explain/ss_cause.h"

#define API (SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION) | SS_BIT(MCP))

/* Tells whether the server says why, and gives it. */
static bool
is_told(const ss_explain_t *explain)
{
    return ss_eq(explain->told.error, SS_STR("invalid_token"))
           && explain->told.description.len > 0;
}

static bool
says(ss_explain_t *explain, ss_telling_t *telling, const char *word,
     unsigned else_weight)
{
    if (is_told(explain)) {
        telling->weight = SS_CERTAIN;
        return ss_has_part(explain->told.description, word);
    }

    telling->weight = else_weight;

    return ss_explain_has_token(explain);
}

static bool
is_expired(ss_explain_t *explain, ss_telling_t *telling)
{
    return says(explain, telling, "expired", SS_LIKELY);
}

static bool
is_revoked(ss_explain_t *explain, ss_telling_t *telling)
{
    return says(explain, telling, "revoked", SS_POSSIBLE);
}

/* It is what the server says of a request without a token, too. */
static bool
is_unknown(ss_explain_t *explain, ss_telling_t *telling)
{
    return (explain->request->authorized_later || ss_explain_has_token(explain))
           && says(explain, telling, "invalid", SS_POSSIBLE);
}

static bool
may_be_deactivated(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return ss_explain_has_token(explain) && !is_told(explain);
}

static bool
is_missing(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !explain->request->authorized_later
           && ss_request_header(explain->request, SS_STR("Authorization"))
                  == NULL;
}

static bool
is_malformed(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t value = ss_explain_header(explain, "Authorization");

    if (ss_request_header(explain->request, SS_STR("Authorization")) == NULL
        || ss_explain_has_token(explain)) {
        return false;
    }

    if (ss_index(value, '{') < value.len) {
        telling->message = SS_STR("the whole token answer was pasted into "
                                  "Authorization, not its access_token");
    } else if (ss_starts_nocase(value, SS_STR("Basic "))) {
        telling->message =
            SS_STR("Authorization has Basic credentials; the API takes a "
                   "Bearer token only");
    } else if (ss_trim(value).len == 0) {
        telling->message = SS_STR("the Authorization header is empty");
    }

    return true;
}

static const ss_cause_def_t causes[] = {
    {
        .info = { "token-missing", "the call has no Authorization header" },
        .message = "the call has no Authorization header",
        .fix = "send \"Authorization: Bearer \" and the access_token",
        .rules = "authorization-missing token-in-query",
        .also = "invalid_request 400 403",
        .kinds = API,
        .status = 401,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_AUTHORIZATION,
        .applies = is_missing,
    },
    {
        .info = { "token-malformed",
                  "Authorization is not \"Bearer\" and a token" },
        .message = "Authorization is not \"Bearer\", one blank, and a token",
        .fix = "send \"Authorization: Bearer \" and the value of access_token "
               "alone",
        .rules = "authorization-malformed",
        .also = "invalid_request 400 403",
        .kinds = API,
        .status = 401,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_AUTHORIZATION,
        .applies = is_malformed,
    },
    {
        .info = { "token-expired", "the access token is expired" },
        .message = "the access token is expired",
        .fix = "get a new one: POST to /oauth/token with the refresh_token, or "
               "the grant that gave this one",
        .kinds = API,
        .status = 401,
        .weight = SS_LIKELY,
        .topic = SS_TOPIC_AUTHORIZATION,
        .applies = is_expired,
    },
    {
        .info = { "token-revoked", "the access token was revoked" },
        .message = "the access token was revoked: by a refresh, a logout, or "
                   "an administrator",
        .fix = "use the newest token; else authorize again",
        .kinds = API,
        .status = 401,
        .weight = SS_POSSIBLE,
        .topic = SS_TOPIC_AUTHORIZATION,
        .applies = is_revoked,
    },
    {
        .info = { "token-unknown", "the access token is none of this service" },
        .message = "the access token is none that this service gave out: cut "
                   "off, of another environment, or a refresh token",
        .fix = "send the access_token of app.scopestack.io as a whole",
        .kinds = API,
        .status = 401,
        .weight = SS_POSSIBLE,
        .topic = SS_TOPIC_AUTHORIZATION,
        .applies = is_unknown,
    },
    {
        .info = { "user-deactivated", "the user of the token was deactivated" },
        .message = "the user of the token was deactivated",
        .fix = "authenticate again with an active user",
        .kinds = API,
        .status = 401,
        .weight = SS_POSSIBLE,
        .applies = may_be_deactivated,
    },
};

SS_CAUSE_FAMILY(unauthorized, causes);
