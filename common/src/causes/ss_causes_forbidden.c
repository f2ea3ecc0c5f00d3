/*
 * 403 of the API: the token is good. Scopes belong to the token, roles to the
 * user: a refresh helps neither.
 */

#include "explain/ss_cause.h"

#define API (SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION) | SS_BIT(MCP))

static bool
is_html(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return explain->told.form == SS_BODY_HTML;
}

static bool
is_role(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t method = explain->request->method;

    /* without a token nobody has a role */
    if (explain->told.form == SS_BODY_HTML
        || (!explain->request->authorized_later
            && !ss_explain_has_token(explain))
        || ss_eq(explain->told.error, SS_STR("insufficient_scope"))
        || (explain->error != NULL
            && ss_has_part(explain->error->detail, "replacement forbidden"))) {
        return false;
    }

    if (ss_eq(method, SS_STR("GET")) || ss_eq(method, SS_STR("HEAD"))) {
        telling->message =
            SS_STR("the token is good, but the role of its user does not let "
                   "it read this");
    }

    return true;
}

static bool
is_replacement(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return explain->error != NULL
           && ss_has_part(explain->error->detail, "replacement forbidden");
}

static const ss_cause_def_t causes[] = {
    {
        .info = { "scope-insufficient",
                  "the token lacks a scope that the call needs" },
        .message = "the token lacks a scope that the call needs",
        .fix = "authorize again with scope \"read write\"; a refresh gives the "
               "same scopes",
        .kinds = API,
        .status = 403,
        .errors = "insufficient_scope",
        .weight = SS_CERTAIN,
    },
    {
        .info = { "replacement-forbidden",
                  "a relationship to many may not be replaced as a whole" },
        .message = "a relationship to many may not be replaced as a whole",
        .fix = "add members by POST and remove them by DELETE at "
               ".../relationships/NAME",
        .status = 403,
        .weight = SS_CERTAIN,
        .applies = is_replacement,
    },
    {
        .info = { "account-of-another",
                  "the account in the path is not the caller's" },
        .message = "the account in the path is not the caller's",
        .fix = "call GET /v1/me and use its account-slug",
        .rules = "account-slug-mismatch account-slug-placeholder",
        .also = "401",
        .kinds = API,
        .status = 403,
    },
    {
        .info = { "request-blocked",
                  "a proxy or firewall, not the API, refused the request" },
        .message = "a page answered instead of the API: a proxy or a firewall "
                   "refused the request",
        .fix = "look at the page, the Server header and what is between you "
               "and the service",
        .kinds = API,
        .status = 403,
        .weight = SS_CERTAIN,
        .applies = is_html,
    },
    {
        .info = { "role-lacks-permission",
                  "the role of the user does not allow this" },
        .message = "the token is good, but the role of its user does not allow "
                   "this change",
        .fix = "have an administrator change the user's role; do not refresh "
               "the token, a new one may do no more",
        .kinds = API,
        .status = 403,
        .weight = SS_LIKELY,
        .topic = SS_TOPIC_ROLE,
        .applies = is_role,
    },
};

SS_CAUSE_FAMILY(forbidden, causes);
