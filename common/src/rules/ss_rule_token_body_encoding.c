/*
 * A token request is a form (RFC 6749, 4.3.2 and others); the service documents
 * application/x-www-form-urlencoded and nothing else.
 */

#include "check/ss_rule.h"

static bool
says_form(const ss_check_t *check)
{
    return ss_eq_nocase(ss_media_type(check->header[SS_H_CONTENT_TYPE].value),
                        SS_FORM);
}

static ss_str_t
message(const ss_check_t *check)
{
    switch (check->params.format) {
    case SS_FORMAT_JSON:
        return SS_STR("the token request is JSON");
    case SS_FORMAT_MULTIPART:
        return SS_STR("the token request is multipart/form-data");
    default:
        return check->header[SS_H_CONTENT_TYPE].count > 0
                   ? SS_STR("the form is not sent as a form by its "
                            "Content-Type")
                   : SS_STR("the form has no Content-Type");
    }
}

static void
check_encoding(ss_check_t *check)
{
    ss_params_t *params = &check->params;

    if (params->format == SS_FORMAT_NONE
        || (params->format == SS_FORMAT_FORM && says_form(check))) {
        return;
    }

    /* why it is not there to look at is body-not-checked's to say */
    if (params->format == SS_FORMAT_UNKNOWN && params->trouble == NULL) {
        return;
    }

    if (ss_found(
            check,
            (ss_problem_t){
                .place = SS_STR("body"),
                .message = params->trouble != NULL ? ss_cstr(params->trouble)
                                                   : message(check),
                .no_repair = !ss_params_known(params),
                .keeps = params->format == SS_FORMAT_FORM ? SS_EDITS_BODY : 0,
            })) {
        params->convert = params->format != SS_FORMAT_FORM;
        ss_set_header(check, SS_H_CONTENT_TYPE, SS_FORM);
    }
}

const ss_rule_t ss_rule_token_body_encoding = {
    .info = {
        .id = "token-body-encoding",
        .summary = "a token request that is not "
                   "application/x-www-form-urlencoded",
        .fix = "send a form: grant_type=...&client_id=... with "
               "\"Content-Type: application/x-www-form-urlencoded\" (Postman: "
               "Body > x-www-form-urlencoded)",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .edits = SS_EDITS_BODY | SS_EDITS_TYPE,
    .status = 415,
    .oauth_error = "invalid_request",
    .check = check_encoding,
};
