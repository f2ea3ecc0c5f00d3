/*
 * Python's requests makes filter=name of params={"filter": {"name": x}}: the
 * value is gone, and the service answers 400. Dots and further brackets come
 * from other APIs' habits.
 */

#include "check/ss_rule.h"

/* What is wrong with the name of a filter, or NULL. */
static const char *
trouble(ss_str_t name)
{
    ss_str_t family = SS_STR("filter"), member;

    if (!ss_starts(name, family)) {
        return NULL;
    }

    if (name.len == family.len) {
        return "it has no field in brackets, and so says nothing about one";
    }

    switch (name.data[family.len]) {
    case '.':
        return "the field stands behind a dot, not in brackets";
    case '[':
        return ss_query_member(name, "filter", &member)
                   ? NULL
                   : "there is not one name in one pair of brackets";
    default:
        return NULL;
    }
}

static void
check_filters(ss_check_t *check)
{
    const ss_params_t *query = ss_query(check);
    const char *message = NULL;

    for (size_t i = 0; i < query->count && message == NULL; i++) {
        message = trouble(query->items[i].name);
    }

    if (message != NULL) {
        ss_found(check, (ss_problem_t){ .place = SS_STR("parameter filter"),
                                        .message = ss_cstr(message) });
    }
}

const ss_rule_t ss_rule_filter_syntax = {
    .info = {
        .id = "filter-syntax",
        .summary = "a filter that is not written filter[name]=value",
        .fix = "write filter[name]=value, one pair of brackets around the "
               "whole name, as in filter[updated-at.after]; with Python's "
               "requests params={\"filter[name]\": value}",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API),
    },
    .query = SS_QUERY_NAME('f'),
    .status = 400,
    .check = check_filters,
};
