/*
 * Credentials in a URL end up in every log on the way (RFC 6749, 2.3.1: they
 * must not be there), and newer servers do not read them.
 */

#include "check/ss_rule.h"

#include "http/ss_grant.h"

static bool
to_move(const ss_param_t *param)
{
    return param->in_query && !param->removed
           && ss_is_token_parameter(param->name);
}

/* Tells whether there is another parameter of the name of parameter i whose
   value is the same, or differs. */
static bool
has_another(const ss_params_t *params, size_t i, bool equal)
{
    const ss_param_t *one = &params->items[i];

    for (size_t k = 0; k < params->count; k++) {
        const ss_param_t *other = &params->items[k];

        if (k != i && !other->removed && ss_params_rival(other, one->name)
            && ss_param_equal(other, one) == equal) {
            return true;
        }
    }

    return false;
}

/* Which of two values the server takes is its own affair. */
static bool
contradicts(const ss_params_t *params, size_t i)
{
    return has_another(params, i, false);
}

/* What does not belong there at all is another rule's. */
static bool
is_misplaced(const ss_params_t *params, ss_str_t name)
{
    return ss_grant_lacks(ss_params_value(params, "grant_type"), name);
}

static void
move(ss_check_t *check, size_t i)
{
    ss_params_t *params = &check->params;

    if (has_another(params, i, true)) {
        ss_params_remove(params, &params->items[i]);
    } else if (ss_params_move(params, i, check->mem) != SS_OK) {
        check->failed = true;
    }
}

static void
check_query(ss_check_t *check)
{
    ss_params_t *params = &check->params;
    size_t count = params->count, movable = 0, contradicted = 0;

    for (size_t i = 0; i < count; i++) {
        if (to_move(&params->items[i])) {
            movable += !contradicts(params, i);
            contradicted += contradicts(params, i)
                            && !is_misplaced(params, params->items[i].name);
        }
    }

    if (contradicted > 0) {
        ss_found(check,
                 (ss_problem_t){
                     .place = SS_STR("query"),
                     .message = SS_STR("a parameter of the token request is "
                                       "in the URL, and there is another one "
                                       "of that name with another value"),
                     .no_repair = true,
                 });
    }

    if (movable == 0
        || !ss_found(check,
                     (ss_problem_t){
                         .place = SS_STR("query"),
                         .message = SS_STR(
                             "parameters of the token request are in the URL"),
                         /* only a POST is sure to have its body read */
                         .no_repair = params->query_is_split
                                      || !ss_params_writable(params)
                                      || !ss_eq(check->method, SS_STR("POST")),
                     })) {
        return;
    }

    for (size_t i = 0; i < count; i++) {
        if (to_move(&params->items[i]) && !contradicts(params, i)) {
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
    .edits = SS_EDITS_BODY,
    .status = 400,
    .oauth_error = "invalid_request",
    .check = check_query,
};
