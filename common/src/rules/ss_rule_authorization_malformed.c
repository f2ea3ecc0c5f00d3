/*
 * Tokens pasted wrongly: without the scheme, with it twice, in quotes, with a
 * line end, as the whole JSON answer of the token endpoint, or as the word that
 * an unset variable leaves.
 */

#include "check/ss_rule.h"

#include "http/ss_basic.h"
#include "http/ss_bearer.h"

/* Another way to authorise is not a misspelt bearer token. */
static const char *const schemes[] = {
    "Basic",  "Digest", "Negotiate",        "NTLM",          "HOBA",
    "Mutual", "DPoP",   "AWS4-HMAC-SHA256", "SCRAM-SHA-256",
};

static bool
is_other_scheme(ss_str_t value)
{
    ss_str_t scheme = ss_auth_scheme(value);

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (ss_eq_nocase(scheme, ss_cstr(schemes[i]))) {
            return true;
        }
    }

    return false;
}

static ss_str_t
message(ss_str_t value, ss_str_t token)
{
    if (token.len == 0) {
        return SS_STR("there is no token in it");
    }

    if (ss_is_placeholder(token)) {
        return SS_STR("a placeholder stands where the token belongs");
    }

    if (!ss_is_token(token)) {
        return SS_STR("the token has characters that no token has");
    }

    if (ss_index(value, '{') < value.len) {
        return SS_STR("the whole token answer was pasted, not its "
                      "access_token");
    }

    return SS_STR("it is not \"Bearer\", one blank, and the token");
}

static bool
is_well_formed(const ss_field_t *field)
{
    ss_str_t token;

    return field->count == 1 && ss_bearer_parse(field->value, &token);
}

static void
check_authorization(ss_check_t *check)
{
    const ss_field_t *field = &check->header[SS_H_AUTHORIZATION];
    ss_str_t place, token;
    bool good;

    if (is_well_formed(field) || field->count == 0
        || is_other_scheme(field->value)) {
        return;
    }

    place = SS_STR("header Authorization");

    if (field->count > 1) {
        ss_found(check, (ss_problem_t){
                            .place = place,
                            .message = SS_STR("the header is there twice"),
                            .no_repair = true,
                        });
        return;
    }

    if (ss_bearer_recover(field->value, check->mem, &token) != SS_OK) {
        check->failed = true;
        return;
    }
    good = ss_is_token(token);

    if (ss_found(check, (ss_problem_t){
                            .place = place,
                            .message = message(field->value, token),
                            .no_repair = !good,
                        })) {
        ss_set_header(check, SS_H_AUTHORIZATION,
                      SS_TEXT(check, SS_STR("Bearer "), token));
    }
}

const ss_rule_t ss_rule_authorization_malformed = {
    .info = {
        .id = "authorization-malformed",
        .summary = "an Authorization header that is not \"Bearer <token>\"",
        .fix = "send \"Authorization: Bearer \" and the value of access_token "
               "alone, without quotes, braces or line ends",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 401,
    .check = check_authorization,
};
