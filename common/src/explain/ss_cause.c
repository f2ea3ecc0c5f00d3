/*
 * ss_cause.c: what causes call, besides what reads request and response.
 */

#include "explain/ss_cause.h"

bool
ss_is_listed(const char *words, ss_str_t word)
{
    ss_str_t rest = ss_cstr(words), one;
    bool more = true;

    while (ss_split(&rest, &more, ' ', &one)) {
        if (ss_eq(one, word)) {
            return true;
        }
    }

    return false;
}

ss_str_t
ss_explain_join(ss_explain_t *explain, const ss_str_t *parts, size_t count)
{
    ss_str_t text;

    if (ss_join(explain->mem, &text, parts, count) != SS_OK) {
        explain->failed = true;
        return SS_STR("");
    }

    return text;
}

ss_str_t
ss_explain_number(ss_explain_t *explain, size_t number)
{
    ss_str_t text = SS_STR("");
    ss_buf_t buf;

    ss_buf_init(&buf, explain->mem);
    ss_buf_addu(&buf, number);
    explain->failed |= ss_buf_done(&buf, &text) != SS_OK;

    return text;
}
