/*
 * The service has two hosts: tokens come from one, the API lives on the other.
 * A request sent to the wrong one meets HTML or 404.
 */

#include "check/ss_rule.h"

static bool
belongs_to_auth(ss_kind_t kind)
{
    return kind == SS_KIND_TOKEN || kind == SS_KIND_AUTHORIZE
           || kind == SS_KIND_OAUTH_OTHER;
}

static void
check_host(ss_check_t *check)
{
    ss_at_t right = belongs_to_auth(check->kind) ? SS_AT_AUTH : SS_AT_API;

    if (check->at == SS_AT_GATEWAY || check->at == SS_AT_BOTH
        || check->at == right) {
        return;
    }

    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("host"),
                     .message = right == SS_AT_AUTH
                                    ? SS_STR("an OAuth path on the API host")
                                    : SS_STR("an API path on the OAuth host"),
                     /* a browser's visit is not for us to send elsewhere */
                     .no_repair = check->kind == SS_KIND_AUTHORIZE,
                 })) {
        ss_set_at(check, right);
    }
}

const ss_rule_t ss_rule_host_mismatch = {
    .info = {
        .id = "host-mismatch",
        .summary = "an OAuth path on the API host, or an API path on the "
                   "OAuth host",
        .fix = "send /oauth/... to service.auth_url "
               "(https://app.scopestack.io) and all else to service.api_url "
               "(https://api.scopestack.io)",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN) | SS_BIT(AUTHORIZE) | SS_BIT(OAUTH_OTHER)
                 | SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 404,
    .oauth_error = "invalid_request",
    .check = check_host,
};
