/*
 * Credentials in a URL end up in every log on the way (RFC 6749, 2.3.1: they
 * must not be there), and newer servers do not read them.
 */

#include "../ss_rule.h"

static const char *const names[] = {
    "grant_type", "client_id",     "client_secret", "username", "password",
    "code",       "refresh_token", "redirect_uri",  "scope",    "code_verifier",
};

static bool
is_token_parameter(ss_str_t name)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (ss_eq(name, ss_cstr(names[i]))) {
            return true;
        }
    }

    return false;
}

static bool
to_move(const ss_param_t *param)
{
    return param->in_query && !param->removed
           && is_token_parameter(param->name);
}

typedef enum { ALONE, REPEATED, CONTRADICTED } company_t;

/* How parameter i goes with those of the same name that come after it in the
   query, or stand in the body. */
static company_t
company(const ss_params_t *params, size_t i)
{
    const ss_param_t *one = &params->items[i];
    company_t result = ALONE;

    for (size_t k = 0; k < params->count; k++) {
        const ss_param_t *other = &params->items[k];

        if (other->removed || (other->in_query && k <= i)
            || !ss_eq(other->name, one->name)) {
            continue;
        }

        /* which of two values the server takes is its own affair */
        if (!ss_eq(other->value, one->value)) {
            return CONTRADICTED;
        }
        result = REPEATED;
    }

    return result;
}

static void
move(ss_check_t *check, size_t i)
{
    ss_params_t *params = &check->params;

    if (company(params, i) == REPEATED) {
        ss_params_remove(params, &params->items[i]);
    } else if (ss_params_move(params, i, check->mem) != SS_OK) {
        check->failed = true;
    }
}

static void
check_query(ss_check_t *check)
{
    ss_params_t *params = &check->params;
    size_t count = params->count, found = 0;
    bool contradiction = false;

    for (size_t i = 0; i < count; i++) {
        if (to_move(&params->items[i])) {
            found++;
            contradiction |= company(params, i) == CONTRADICTED;
        }
    }

    if (found == 0) {
        return;
    }

    if (!ss_found(
            check,
            (ss_problem_t){
                .place = SS_STR("query"),
                .message = contradiction
                               ? SS_STR("parameters of the token request are "
                                        "in the URL, one of them twice with "
                                        "different values")
                               : SS_STR("parameters of the token request are "
                                        "in the URL"),
                /* only a POST is sure to have its body read */
                .no_repair = contradiction || !ss_params_writable(params)
                             || !ss_eq(check->method, SS_STR("POST")),
            })) {
        return;
    }

    for (size_t i = 0; i < count; i++) {
        if (to_move(&params->items[i])) {
            move(check, i);
        }
    }
}

const ss_rule_t ss_rule_token_parameters_in_query = {
    .info = {
        .id = "token-parameters-in-query",
        .summary = "credentials of a token request in the URL",
        .fix = "send them in the body, as "
               "application/x-www-form-urlencoded",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .status = 400,
    .oauth_error = "invalid_request",
    .check = check_query,
};
