/*
 * filter[name]=Acme Inc, as clients write it that put a value into a URL
 * without encoding it. Some servers and proxies refuse such bytes, others cut
 * the URL there.
 */

#include "../ss_rule.h"

static bool
has_unsafe(ss_str_t raw)
{
    for (size_t i = 0; i < raw.len; i++) {
        if (ss_query_unsafe(raw.data[i])) {
            return true;
        }
    }

    return false;
}

static void
encode(ss_check_t *check, ss_param_t *param)
{
    ss_str_t raw = param->raw;
    ss_buf_t buf;

    ss_buf_init(&buf, check->mem);
    for (size_t i = 0; i < raw.len; i++) {
        if (ss_query_unsafe(raw.data[i])) {
            ss_percent_encode(&buf, raw.data[i]);
        } else {
            ss_buf_addc(&buf, raw.data[i]);
        }
    }

    ss_query_respell(check, param, &buf);
}

static bool
has_stray_percent(ss_str_t raw)
{
    for (size_t i = ss_index(raw, '%'); i < raw.len; i++) {
        if (raw.data[i] == '%' && !ss_is_escape(raw, i)) {
            return true;
        }
    }

    return false;
}

static void
check_percent(ss_check_t *check, const ss_params_t *query)
{
    for (size_t i = 0; i < query->count; i++) {
        if (has_stray_percent(query->items[i].raw)) {
            ss_found(check,
                     (ss_problem_t){
                         .place = SS_STR("query"),
                         .message = SS_STR("a \"%\" that begins no escape"),
                         .fix = SS_STR("write %25 for a percent sign"),
                         .no_repair = true,
                     });
            return;
        }
    }
}

static void
check_query(ss_check_t *check)
{
    ss_params_t *query = ss_query(check);
    size_t first = 0;

    check_percent(check, query);

    while (first < query->count && !has_unsafe(query->items[first].raw)) {
        first++;
    }

    if (first == query->count
        || !ss_found(check,
                     (ss_problem_t){
                         .place = SS_STR("query"),
                         .message = SS_STR("bytes that must be percent-encoded "
                                           "stand there as they are"),
                     })) {
        return;
    }

    for (size_t i = first; i < query->count; i++) {
        if (has_unsafe(query->items[i].raw)) {
            encode(check, &query->items[i]);
        }
    }
}

const ss_rule_t ss_rule_filter_unencoded = {
    .info = {
        .id = "filter-unencoded",
        .summary = "blanks, quotes, braces, control characters or bytes above "
                   "ASCII in the query, not percent-encoded",
        .fix = "encode names and values: encodeURIComponent() in JavaScript, "
               "params= in Python's requests, --data-urlencode with -G in curl",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API),
    },
    .query = SS_QUERY_UNSAFE | SS_QUERY_PERCENT,
    .status = 400,
    .check = check_query,
};
