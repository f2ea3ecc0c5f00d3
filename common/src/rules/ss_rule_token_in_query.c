/*
 * The server may take the token from the query as well, but a URL ends up in
 * every log on its way (RFC 6750, 2.3 and 5.3).
 */

#include "check/ss_rule.h"

#include "http/ss_bearer.h"

/* Why the tokens of the query cannot be moved, or NULL. */
static const char *
trouble(const ss_params_t *query, ss_str_t token)
{
    for (size_t i = 0; i < query->count; i++) {
        if (ss_bearer_named(query->items[i].name)
            && !ss_eq(query->items[i].value, token)) {
            return "two tokens that differ are in the URL";
        }
    }

    return ss_is_token(token) ? NULL : "what is in the URL is no token";
}

/* Tells whether the header is free for a token, or has that one already, well
   or badly written. */
static bool
agrees(ss_check_t *check, ss_str_t token)
{
    const ss_field_t *field = &check->header[SS_H_AUTHORIZATION];
    ss_str_t own;

    if (field->count == 0 || (field->count == 1 && field->value.len == 0)) {
        return true;
    }

    if (ss_bearer_recover(field->value, check->mem, &own) != SS_OK) {
        check->failed = true;
        return false;
    }

    return field->count == 1 && ss_eq(own, token);
}

static void
move(ss_check_t *check, ss_params_t *query, ss_str_t token)
{
    ss_str_t own;

    if (!ss_bearer_parse(check->header[SS_H_AUTHORIZATION].value, &own)) {
        ss_set_header(check, SS_H_AUTHORIZATION,
                      SS_TEXT(check, SS_STR("Bearer "), token));
    }

    for (size_t i = 0; i < query->count; i++) {
        if (ss_bearer_named(query->items[i].name)) {
            ss_params_remove(query, &query->items[i]);
        }
    }
}

static void
check_query(ss_check_t *check)
{
    ss_params_t *query = ss_query(check);
    const char *message;
    ss_str_t token;
    size_t first = 0;

    while (first < query->count && !ss_bearer_named(query->items[first].name)) {
        first++;
    }

    if (first == query->count) {
        return;
    }

    token = query->items[first].value;
    message = trouble(query, token);
    if (message == NULL && !agrees(check, token)) {
        message = "a token is in the URL, and Authorization says another one";
    }

    if (ss_found(check, (ss_problem_t){
                            .place = SS_STR("query"),
                            .message = message != NULL
                                           ? ss_cstr(message)
                                           : SS_STR("the token is in the URL"),
                            .no_repair = message != NULL,
                        })) {
        move(check, query, token);
    }
}

const ss_rule_t ss_rule_token_in_query = {
    .info = {
        .id = "token-in-query",
        .summary = "access_token or bearer_token in the query of an API call",
        .fix = "send the token as \"Authorization: Bearer <token>\" and leave "
               "it out of the URL",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .query = SS_QUERY_NAME('a') | SS_QUERY_NAME('b'),
    .status = 400,
    .check = check_query,
};
