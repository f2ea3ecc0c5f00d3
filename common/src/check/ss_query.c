/*
 * ss_query.c: the query of API calls, and the names in it (JSON:API 1.1,
 * "Query Parameters").
 */

#include "check/ss_check.h"

/* --- a first look ------------------------------------------------------- */

/* An escape may stand for whatever rules look for. */
#define ANYTHING (SS_QUERY_PERCENT | SS_QUERY_COMMA | SS_QUERY_UNDERSCORE)
#define ANY_NAME (SS_QUERY_NAME('z') * 2 - SS_QUERY_NAME('a'))

/* A table: every byte of every query is looked at. */
#define U SS_QUERY_UNSAFE
#define U16 U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U
/* clang-format off */
static const uint8_t bits[256] = {
    U16, U16,
    /* blank, ", %, comma */
    U, 0, U, 0, 0, ANYTHING, 0, 0, 0, 0, 0, 0, SS_QUERY_COMMA, 0, 0, 0,
    /* <, > */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, U, 0, U, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* backslash, ^, _ */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, U, 0, U, SS_QUERY_UNDERSCORE,
    /* ` */
    U, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* {, |, }, DEL */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, U, U, U, 0, U,
    U16, U16, U16, U16, U16, U16, U16, U16,
};
/* clang-format on */
#undef U16
#undef U

bool
ss_query_unsafe(uint8_t c)
{
    return bits[c] == SS_QUERY_UNSAFE;
}

static uint32_t
bits_of_first(uint8_t c)
{
    /* blanks may stand before a name */
    return c >= 'a' && c <= 'z'   ? SS_QUERY_NAME(c)
           : c == '%' || c == ' ' ? ANY_NAME
                                  : 0;
}

uint32_t
ss_query_look(ss_str_t query)
{
    uint32_t has = 0;

    for (size_t i = 0; i < query.len; i++) {
        has |= bits[query.data[i]];
    }

    for (size_t i = 0; i < query.len; i++) {
        has |= bits_of_first(query.data[i]);
        i += ss_index(ss_skip(query, i), '&');
    }

    return has;
}

/* --- the parameters ----------------------------------------------------- */

ss_params_t *
ss_query(ss_check_t *check)
{
    ss_params_t *params = &check->params;

    if (check->query_read) {
        return params;
    }

    check->query_read = true;
    if (ss_form_read(params, check->request->query, true, check->mem)
        != SS_OK) {
        check->failed = true;
    }

    if (check->failed || params->too_many) {
        params->count = 0;
    }

    return params;
}

void
ss_query_respell(ss_check_t *check, ss_param_t *param, ss_buf_t *raw)
{
    ss_str_t text;

    if (ss_buf_done(raw, &text) != SS_OK
        || ss_params_respell(&check->params, param, text, check->mem)
               != SS_OK) {
        check->failed = true;
        return;
    }

    /* later rules may have something to say about it */
    check->query_has |= ss_query_look(text);
}

bool
ss_query_member(ss_str_t name, const char *family, ss_str_t *member)
{
    size_t n = strlen(family);

    /* the shortest one: "x[y]" */
    if (name.len < n + 3 || name.data[n] != '['
        || name.data[name.len - 1] != ']'
        || memcmp(name.data, family, n) != 0) {
        return false;
    }

    *member = ss_str(name.data + n + 1, name.len - n - 2);

    return ss_index(*member, '[') == member->len
           && ss_index(*member, ']') == member->len;
}
