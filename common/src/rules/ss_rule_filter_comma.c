/*
 * The server reads a filter's value as a line of CSV: "Acme, Inc." is two names
 * and finds neither. Whether a list was meant is for the client to say.
 */

#include "check/ss_rule.h"

static const char *const texts[] = { "name", "search" };
static const char *const endings[] = { "-name", "_name", ".name" };

/* Tells whether a filter looks for a text, where a list is hardly meant. */
static bool
is_text(ss_str_t member)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (ss_eq(member, ss_cstr(texts[i]))) {
            return true;
        }
    }

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (ss_ends(member, ss_cstr(endings[i]))) {
            return true;
        }
    }

    return false;
}

/* In quotes a comma is one of the text; quoted texts in a row are a list that
   is meant. */
static bool
is_quoted(ss_str_t value)
{
    return value.len > 1 && value.data[0] == '"'
           && value.data[value.len - 1] == '"';
}

static bool
is_split(const ss_param_t *param)
{
    ss_str_t member;

    return ss_index(param->value, ',') < param->value.len
           && ss_query_member(param->name, "filter", &member) && is_text(member)
           && !is_quoted(param->value);
}

static void
check_filters(ss_check_t *check)
{
    const ss_params_t *query = ss_query(check);

    for (size_t i = 0; i < query->count; i++) {
        if (is_split(&query->items[i])) {
            ss_found(check, (ss_problem_t){
                                .place = SS_STR("parameter filter"),
                                .message = SS_STR("a comma makes a list of the "
                                                  "text that is looked for"),
                            });
            return;
        }
    }
}

const ss_rule_t ss_rule_filter_comma = {
    .info = {
        .id = "filter-comma",
        .summary = "a comma in the text of a filter, which makes a list of it",
        .fix = "put the whole text into double quotes, encoded: "
               "filter[name]=%22Acme%2C%20Inc.%22",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API),
    },
    .query = SS_QUERY_COMMA,
    .status = 400,
    .check = check_filters,
};
