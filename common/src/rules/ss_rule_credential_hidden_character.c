/*
 * A line end of a file, a no-break space of a web page, smart quotes of a mail:
 * the server compares them all, and answers invalid_client or invalid_grant.
 */

#include "check/ss_rule.h"

#include "http/ss_grant.h"
#include "text/ss_hidden.h"

static ss_str_t
place_of(ss_check_t *check, const ss_param_t *param)
{
    return SS_TEXT(check, SS_STR("parameter "), param->name);
}

/* "a blank at the beginning and a line end at the end" */
static ss_str_t
ends_of(ss_check_t *check, ss_str_t value)
{
    const ss_hidden_t *first = ss_hidden_first(value);
    const ss_hidden_t *last = ss_hidden_last(value);

    if (first == NULL && last == NULL) {
        return SS_STR("quotes around it");
    }

    return SS_TEXT(check, ss_cstr(first != NULL ? first->name : ""),
                   ss_cstr(first != NULL ? " at the beginning" : ""),
                   ss_cstr(first != NULL && last != NULL ? " and " : ""),
                   ss_cstr(last != NULL ? last->name : ""),
                   ss_cstr(last != NULL ? " at the end" : ""));
}

static void
check_ends(ss_check_t *check, ss_param_t *param, ss_str_t trimmed, bool chosen)
{
    bool writable, in_body;

    if (trimmed.len == param->value.len) {
        return;
    }

    writable = ss_params_all_writable(&check->params, param->name, &in_body);

    /* a pair of quotes may well have been chosen */
    if (chosen && ss_hidden_first(param->value) == NULL
        && ss_hidden_last(param->value) == NULL) {
        return;
    }

    if (ss_found(
            check,
            (ss_problem_t){
                .place = place_of(check, param),
                .message = trimmed.len > 0
                               ? ends_of(check, param->value)
                               : SS_STR("nothing in it but blanks, quotes or "
                                        "invisible characters"),
                .no_repair = chosen || trimmed.len == 0 || !writable,
                .keeps = in_body ? 0 : SS_EDITS_BODY,
            })) {
        ss_params_set(&check->params, param, trimmed);
    }
}

static void
check_inside(ss_check_t *check, const ss_param_t *param, ss_str_t trimmed,
             bool words)
{
    const ss_hidden_t *inside = ss_hidden_inside(trimmed, words);

    if (inside != NULL) {
        ss_found(check, (ss_problem_t){
                            .place = place_of(check, param),
                            .message = SS_TEXT(check, ss_cstr(inside->name),
                                               SS_STR(" inside")),
                            .no_repair = true,
                        });
    }
}

/* What the service makes up itself has none of these. What people choose is
   theirs to mend, and a password may have blanks and quotes in it. */
static void
check_param(ss_check_t *check, ss_param_t *param)
{
    const ss_credential_name_t *credential = ss_credential_named(param->name);
    ss_str_t trimmed;

    if (credential == NULL) {
        return;
    }

    trimmed = ss_hidden_trim(param->value);
    check_ends(check, param, trimmed, credential->chosen);
    check_inside(check, param, trimmed, credential->chosen);
}

static void
check_credentials(ss_check_t *check)
{
    for (size_t i = 0; i < check->params.count; i++) {
        if (!check->params.items[i].removed) {
            check_param(check, &check->params.items[i]);
        }
    }
}

const ss_rule_t ss_rule_credential_hidden_character = {
    .info = {
        .id = "credential-hidden-character",
        .summary = "blanks, line ends, invisible characters or quotes in or "
                   "around a credential",
        .fix = "copy the value alone; a file read into a variable often ends "
               "in a line end",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .edits = SS_EDITS_BODY,
    .status = 401,
    .oauth_error = "invalid_client",
    .check = check_credentials,
};
