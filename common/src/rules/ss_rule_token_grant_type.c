/*
 * client-credentials, "Password ", refreshToken: spellings that fold to a
 * grant that the service has.
 */

#include "check/ss_rule.h"

#include "http/ss_grant.h"

static void
check_grant(ss_check_t *check)
{
    ss_param_t *param = ss_params_find(&check->params, "grant_type");
    const ss_grant_t *grant;
    bool writable, in_body;

    /* an empty one is a missing one */
    if (param == NULL || param->value.len == 0) {
        return;
    }

    grant = ss_grant_fold(param->value);
    if (grant != NULL && ss_eq(param->value, ss_cstr(grant->name))) {
        return;
    }

    writable = ss_params_all_writable(&check->params, param->name, &in_body);
    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("parameter grant_type"),
                     .message = grant == NULL
                                    ? SS_STR("not a grant that the service has")
                                    : SS_TEXT(check, SS_STR("a misspelt "),
                                              ss_cstr(grant->name)),
                     .no_repair =
                         grant == NULL
                         || ss_params_ambiguous(&check->params, "grant_type")
                         || !writable,
                     .keeps = in_body ? 0 : SS_EDITS_BODY,
                 })) {
        ss_params_set_all(&check->params, param->name, ss_cstr(grant->name));
    }
}

const ss_rule_t ss_rule_token_grant_type = {
    .info = {
        .id = "token-grant-type",
        .summary = "an unknown or misspelt grant_type",
        .fix = "use password, client_credentials, authorization_code or "
               "refresh_token",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .edits = SS_EDITS_BODY,
    .status = 400,
    .oauth_error = "unsupported_grant_type",
    .check = check_grant,
};
