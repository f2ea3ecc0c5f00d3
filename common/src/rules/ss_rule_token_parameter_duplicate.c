/*
 * "Request and response parameters MUST NOT be included more than once"
 * (RFC 6749, 3.2). Servers take the first one, the last one, or neither.
 */

#include "check/ss_rule.h"

#include "http/ss_grant.h"

/* What is in the URL is another rule's to tell, once. */
static bool
counts(const ss_param_t *param, bool query_too)
{
    return !param->removed && (query_too || !param->in_query);
}

/* How parameter i goes with those of its name behind it. */
typedef struct {
    bool differ;
    bool writable;
    size_t in_body;
} repeats_t;

static repeats_t
look(const ss_check_t *check, size_t i, bool query_too)
{
    const ss_params_t *params = &check->params;
    const ss_param_t *one = &params->items[i];
    repeats_t found = { false, true, one->in_query ? 0 : 1 };

    for (size_t k = i + 1; k < params->count; k++) {
        const ss_param_t *other = &params->items[k];

        if (!counts(other, query_too) || !ss_params_rival(other, one->name)) {
            continue;
        }

        /* a list or a hash between two of them counts where the last one is
           gone */
        if (!ss_eq(other->name, one->name)) {
            found.writable = false;
            continue;
        }

        found.in_body += other->in_query ? 0 : 1;
        found.differ |= !ss_param_equal(other, one);
        /* only a POST is sure to have its body read */
        found.writable &= ss_param_writable(params, other)
                          && ss_param_writable(params, one)
                          && (other->in_query == one->in_query
                              || ss_eq(check->method, SS_STR("POST")));
    }

    return found;
}

/* Tells whether there is another one of its name behind parameter i. */
static bool
has_repeat(const ss_params_t *params, size_t i, bool query_too)
{
    ss_str_t name = params->items[i].name;

    for (size_t k = i + 1; k < params->count; k++) {
        if (ss_eq(params->items[k].name, name)
            && counts(&params->items[k], query_too)) {
            return true;
        }
    }

    return false;
}

/* Tells whether an earlier one of this name has been looked at. */
static bool
is_repeat(const ss_params_t *params, size_t i, bool query_too)
{
    for (size_t k = 0; k < i; k++) {
        if (counts(&params->items[k], query_too)
            && ss_eq(params->items[k].name, params->items[i].name)) {
            return true;
        }
    }

    return false;
}

/* Leaves one: in the body, when there is one there. */
static void
drop_repeats(ss_check_t *check, ss_str_t name, bool query_too)
{
    ss_params_t *params = &check->params;
    const ss_param_t *kept = NULL;

    for (int in_query = 0; in_query <= (query_too ? 1 : 0); in_query++) {
        for (size_t i = 0; i < params->count; i++) {
            ss_param_t *param = &params->items[i];

            if (param->removed || param->in_query != (in_query == 1)
                || !ss_eq(param->name, name)) {
                continue;
            }

            if (kept != NULL) {
                ss_params_remove(params, param);
            } else {
                kept = param;
            }
        }
    }
}

static void
check_param(ss_check_t *check, size_t i, bool query_too)
{
    ss_str_t name = check->params.items[i].name;
    repeats_t found = look(check, i, query_too);

    if (ss_found(check,
                 (ss_problem_t){
                     .place = SS_TEXT(check, SS_STR("parameter "), name),
                     .message = found.differ
                                    ? SS_STR("it is there more than once, "
                                             "with different values")
                                    : SS_STR("it is there more than once"),
                     .no_repair = found.differ || !found.writable,
                     .keeps = found.in_body < 2 ? SS_EDITS_BODY : 0,
                 })) {
        drop_repeats(check, name, query_too);
    }
}

/* What does not belong there at all is another rule's. */
static bool
is_misplaced(const ss_params_t *params, ss_str_t name)
{
    return ss_grant_lacks(ss_params_value(params, "grant_type"), name);
}

static void
check_parameters(ss_check_t *check)
{
    const ss_params_t *params = &check->params;
    bool query_too = !ss_was_found(check, "token-parameters-in-query");

    for (size_t i = 0; i < params->count; i++) {
        /* the common case is told by lengths alone */
        if (has_repeat(params, i, query_too)
            && counts(&params->items[i], query_too)
            && ss_is_token_parameter(params->items[i].name)
            && !is_repeat(params, i, query_too)
            && !is_misplaced(params, params->items[i].name)) {
            check_param(check, i, query_too);
        }
    }
}

const ss_rule_t ss_rule_token_parameter_duplicate = {
    .info = {
        .id = "token-parameter-duplicate",
        .summary = "a parameter of a token request more than once",
        .fix = "send each parameter once",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .edits = SS_EDITS_BODY,
    .status = 400,
    .oauth_error = "invalid_request",
    .check = check_parameters,
};
