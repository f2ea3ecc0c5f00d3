/*
 * An API call without a token gets 401, /v1/me too; a client built without its
 * session's default headers is the usual cause.
 */

#include "check/ss_rule.h"

#include "http/ss_bearer.h"

/* The service may read a token from these as well. */
static bool
is_token(ss_check_t *check, ss_str_t piece)
{
    size_t equals = ss_index(piece, '=');
    ss_str_t name = ss_form_decode(ss_str(piece.data, equals), check->mem);

    check->failed |= name.data == NULL;

    return equals + 1 < piece.len && ss_bearer_named(name);
}

static bool
has_token_in_query(ss_check_t *check)
{
    ss_str_t rest = check->request->query, piece;
    bool more = rest.len > 0;

    while (ss_split(&rest, &more, '&', &piece)) {
        if (is_token(check, piece)) {
            return true;
        }
    }

    return false;
}

static void
check_authorization(ss_check_t *check)
{
    if (check->header[SS_H_AUTHORIZATION].count > 0
        || check->request->authorized_later
        || ss_was_found(check, "token-in-query") || has_token_in_query(check)) {
        return;
    }

    ss_found(check, (ss_problem_t){
                        .place = SS_STR("header Authorization"),
                        .message = SS_STR("the header is missing"),
                    });
}

const ss_rule_t ss_rule_authorization_missing = {
    .info = {
        .id = "authorization-missing",
        .summary = "an API call without a token",
        .fix = "send \"Authorization: Bearer \" and an access_token of "
               "POST /oauth/token",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 401,
    .check = check_authorization,
};
