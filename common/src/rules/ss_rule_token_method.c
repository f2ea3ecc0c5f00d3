/*
 * Tokens are asked for by POST (RFC 6749, 3.2); GET meets 404.
 */

#include "check/ss_rule.h"

static void
check_method(ss_check_t *check)
{
    if (!ss_eq(check->method, SS_STR("GET"))
        && !ss_eq(check->method, SS_STR("PUT"))) {
        return;
    }

    if (ss_found(check, (ss_problem_t){
                            .place = SS_STR("method"),
                            .message = SS_STR("a token request is a POST"),
                        })) {
        ss_set_method(check, SS_STR("POST"));
    }
}

const ss_rule_t ss_rule_token_method = {
    .info = {
        .id = "token-method",
        .summary = "GET or PUT on /oauth/token",
        .fix = "use POST",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .status = 405,
    .oauth_error = "invalid_request",
    .check = check_method,
};
