/*
 * ss_query.c: the query of API calls, and the names in it (JSON:API 1.1,
 * "Query Parameters").
 */

#include "ss_rule.h"

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
    }
}

bool
ss_query_member(ss_str_t name, const char *family, ss_str_t *member)
{
    size_t n = strlen(family);

    /* the shortest one: "x[y]" */
    if (name.len < n + 3 || name.data[n] != '['
        || name.data[name.len - 1] != ']' || memcmp(name.data, family, n)) {
        return false;
    }

    *member = ss_str(name.data + n + 1, name.len - n - 2);

    return ss_index(*member, '[') == member->len
           && ss_index(*member, ']') == member->len;
}
