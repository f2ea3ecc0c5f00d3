/*
 * The service registers https callbacks only, so that an http one cannot be
 * the one of the authorization request. A proxy that ends TLS before the
 * program is the usual cause: it takes itself for an http server.
 */

#include "check/ss_rule.h"

#include "http/ss_grant.h"

static bool
is_insecure(const ss_param_t *param)
{
    return !param->removed && ss_eq(param->name, SS_STR("redirect_uri"))
           && ss_starts_nocase(param->value, SS_STR("http://"));
}

static bool
has_insecure(const ss_params_t *params)
{
    for (size_t i = 0; i < params->count; i++) {
        if (is_insecure(&params->items[i])) {
            return true;
        }
    }

    return false;
}

static void
check_redirect(ss_check_t *check)
{
    const ss_grant_t *grant;

    if (!has_insecure(&check->params)) {
        return;
    }

    grant = ss_grant_fold(ss_params_value(&check->params, "grant_type"));
    if (grant == NULL || !grant->has_redirect) {
        return;
    }

    ss_found(check, (ss_problem_t){
                        .place = SS_STR("parameter redirect_uri"),
                        .message = SS_STR("it is http; the service takes "
                                          "https callbacks only"),
                    });
}

const ss_rule_t ss_rule_redirect_uri_insecure = {
    .info = {
        .id = "redirect-uri-insecure",
        .summary = "an http redirect_uri in an authorization_code exchange",
        .fix = "send the https callback that is registered and that the "
               "authorization request had; behind a proxy that ends TLS, tell "
               "the program its public URL",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .status = 400,
    .oauth_error = "invalid_grant",
    .check = check_redirect,
};
