/*
 * http:// to a host of the service shows token and credentials to all on the
 * way, before any redirect to https can help. At a gateway the client's scheme
 * is between the two of them.
 */

#include "check/ss_rule.h"

static void
check_scheme(ss_check_t *check)
{
    if (!check->insecure) {
        return;
    }

    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("host"),
                     .message = SS_STR("http to a host that the rules file "
                                       "has by https"),
                     /* a browser's visit is not for us to send elsewhere */
                     .no_repair = check->kind == SS_KIND_AUTHORIZE,
                 })) {
        ss_set_at(check, check->at);
    }
}

const ss_rule_t ss_rule_scheme_insecure = {
    .info = {
        .id = "scheme-insecure",
        .summary = "http to a host of the service that has https",
        .fix = "write https:// in the base URL; replace a token or a secret "
               "that was sent by http",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_SAFE,
        .kinds = SS_BIT(TOKEN) | SS_BIT(AUTHORIZE) | SS_BIT(OAUTH_OTHER)
                 | SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 400,
    .oauth_error = "invalid_request",
    .check = check_scheme,
};
