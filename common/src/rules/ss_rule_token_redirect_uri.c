/*
 * The most common cause of invalid_grant: Postman's OAuth 2.0 helper sends a
 * redirect_uri with "Password Credentials", and the service rejects password
 * grants that have one. Only authorization_code knows the parameter
 * (RFC 6749, 4.1.3).
 */

#include "check/ss_rule.h"

#include "http/ss_grant.h"

static void
remove_all(ss_params_t *params)
{
    ss_param_t *param;

    while ((param = ss_params_find(params, "redirect_uri")) != NULL) {
        ss_params_remove(params, param);
    }
}

static bool
can_remove(const ss_params_t *params)
{
    bool in_body;

    return ss_params_all_writable(params, SS_STR("redirect_uri"), &in_body)
           && !params->too_many && !ss_params_ambiguous(params, "grant_type");
}

static void
check_redirect(ss_check_t *check)
{
    ss_params_t *params = &check->params;
    const ss_grant_t *grant =
        ss_grant_fold(ss_params_value(params, "grant_type"));

    if (grant == NULL || grant->has_redirect
        || ss_params_find(params, "redirect_uri") == NULL) {
        return;
    }

    if (ss_found(
            check,
            (ss_problem_t){
                .place = SS_STR("parameter redirect_uri"),
                .message = SS_TEXT(check, SS_STR("a "), ss_cstr(grant->name),
                                   SS_STR(" grant has no redirect_uri; "
                                          "the service answers "
                                          "invalid_grant")),
                .no_repair = !can_remove(params),
                .keeps =
                    ss_params_find_in(params, "redirect_uri", false) == NULL
                        ? SS_EDITS_BODY
                        : 0,
            })) {
        remove_all(params);
    }
}

const ss_rule_t ss_rule_token_redirect_uri = {
    .info = {
        .id = "token-redirect-uri",
        .summary = "redirect_uri in a password, client_credentials or "
                   "refresh_token grant",
        .fix = "leave redirect_uri out. Postman's OAuth 2.0 helper always "
               "sends it: use grant type Authorization Code there, or a "
               "direct POST with No Auth and the body as "
               "x-www-form-urlencoded",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .edits = SS_EDITS_BODY,
    .status = 400,
    .oauth_error = "invalid_grant",
    .check = check_redirect,
};
