/*
 * What an unset variable or an unfilled example sends in place of a credential:
 * the server can only call it wrong.
 */

#include "check/ss_rule.h"

#include "http/ss_basic.h"
#include "http/ss_grant.h"

/* A client without a secret of its own may send an empty one, and empty ones
   may stand beside Basic credentials. */
static bool
may_be_empty(const ss_check_t *check, const ss_param_t *param)
{
    const ss_params_t *params = &check->params;
    bool secret = ss_eq(param->name, SS_STR("client_secret"));
    const ss_grant_t *grant =
        ss_grant_fold(ss_params_value(params, "grant_type"));

    if (secret && grant != NULL && grant->has_verifier
        && ss_params_value(params, "code_verifier").len > 0) {
        return true;
    }

    return (secret || ss_eq(param->name, SS_STR("client_id")))
           && ss_eq_nocase(
               ss_auth_scheme(check->header[SS_H_AUTHORIZATION].value),
               SS_STR("Basic"));
}

/* People choose passwords like <3you> and {9dK!x}: of theirs only what no one
   would choose counts. */
static bool
is_placeholder(const ss_credential_name_t *credential, ss_str_t value)
{
    if (!credential->chosen) {
        return ss_is_placeholder(value) || ss_is_variable(value);
    }

    return ss_is_placeholder(value)
           && (ss_starts(value, SS_STR("{{"))
               || ss_eq(value, SS_STR("undefined"))
               || ss_eq(value, SS_STR("null")));
}

static void
check_param(ss_check_t *check, const ss_param_t *param)
{
    const ss_credential_name_t *credential = ss_credential_named(param->name);
    bool empty = param->value.len == 0;

    if (credential == NULL
        || (empty ? may_be_empty(check, param)
                  : !is_placeholder(credential, param->value))) {
        return;
    }

    ss_found(check,
             (ss_problem_t){
                 .place = SS_TEXT(check, SS_STR("parameter "), param->name),
                 .message = empty
                                ? SS_STR("it is empty")
                                : SS_STR("a placeholder stands where the value "
                                         "belongs"),
             });
}

static void
check_credentials(ss_check_t *check)
{
    const ss_params_t *params = &check->params;

    for (size_t i = 0; i < params->count; i++) {
        if (!params->items[i].removed) {
            check_param(check, &params->items[i]);
        }
    }
}

const ss_rule_t ss_rule_credential_placeholder = {
    .info = {
        .id = "credential-placeholder",
        .summary = "a placeholder, or nothing, where a credential belongs: "
                   "undefined, {{client_id}}, YOUR_CLIENT_ID",
        .fix = "set the variable that the value comes from, or put your own "
               "value in the example's place",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .status = 400,
    .oauth_error = "invalid_request",
    .check = check_credentials,
};
