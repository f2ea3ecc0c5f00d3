/*
 * What a grant needs is known before the server says "invalid_client" about a
 * request that had no client at all.
 */

#include "check/ss_rule.h"

#include "http/ss_basic.h"
#include "http/ss_grant.h"

/* "Parameters sent without a value MUST be treated as if they were omitted
   from the request" (RFC 6749, 3.2). */
static bool
is_given(const ss_params_t *params, const char *name)
{
    return ss_params_value(params, name).len > 0;
}

/* Client credentials may also come as Basic, where that rule is off. */
static bool
stands_in_header(const ss_check_t *check, const char *name)
{
    return (!strcmp(name, "client_id") || !strcmp(name, "client_secret"))
           && ss_eq_nocase(
               ss_auth_scheme(check->header[SS_H_AUTHORIZATION].value),
               SS_STR("Basic"));
}

static bool
is_missing(const ss_check_t *check, const ss_grant_t *grant, const char *name)
{
    const ss_params_t *params = &check->params;

    if (is_given(params, name) || stands_in_header(check, name)) {
        return false;
    }

    return strcmp(name, "client_secret") != 0 || !grant->has_verifier
           || !is_given(params, "code_verifier");
}

/* "client_id, client_secret"; empty when nothing is missing */
static ss_str_t
missing_names(ss_check_t *check, const ss_grant_t *grant)
{
    ss_str_t text;
    ss_buf_t buf;

    ss_buf_init(&buf, check->mem);
    for (size_t i = 0; i < SS_GRANT_NEEDS && grant->needs[i] != NULL; i++) {
        if (is_missing(check, grant, grant->needs[i])) {
            ss_buf_adds(&buf, buf.len > 0 ? ", " : "");
            ss_buf_adds(&buf, grant->needs[i]);
        }
    }

    if (ss_buf_done(&buf, &text) != SS_OK) {
        check->failed = true;
    }

    return text;
}

static void
check_parameters(ss_check_t *check)
{
    const ss_params_t *params = &check->params;
    const ss_grant_t *grant = NULL;
    ss_str_t names = SS_STR("grant_type");

    if (!ss_params_known(params)) {
        return;
    }

    if (is_given(params, "grant_type")) {
        /* an unknown grant needs what nobody knows */
        grant = ss_grant_fold(ss_params_value(params, "grant_type"));
        names = grant != NULL ? missing_names(check, grant) : SS_STR("");
    }

    if (names.len == 0) {
        return;
    }

    ss_found(check,
             (ss_problem_t){
                 .place = SS_STR("body"),
                 .message = SS_TEXT(check, SS_STR("missing for "),
                                    grant != NULL ? ss_cstr(grant->name)
                                                  : SS_STR("a token request"),
                                    SS_STR(": "), names),
             });
}

const ss_rule_t ss_rule_token_parameter_missing = {
    .info = {
        .id = "token-parameter-missing",
        .summary = "a token request without a parameter that its grant needs",
        .fix = "add the parameters; a variable that is not set is the usual "
               "cause",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .status = 400,
    .oauth_error = "invalid_request",
    .check = check_parameters,
};
