/*
 * Members have dashes in their names: include=sales_executive is answered with
 * 400, and fields[project_services] as well. Filters and sort do not mind.
 */

#include "check/ss_rule.h"

typedef struct {
    const char *name;
    bool has_member; /* fields[type] */
    ss_str_t place;
} family_t;

#define PLACE(text)                                                            \
    {                                                                          \
        (const uint8_t *) (text), sizeof(text) - 1                             \
    }
static const family_t families[] = {
    { "include", false, PLACE("parameter include") },
    { "fields", true, PLACE("parameter fields") },
};
#undef PLACE

/* Between letters and digits only: an underscore at the end of a word is no
   dash gone wrong. */
static bool
joins(ss_str_t value, size_t i)
{
    return value.data[i] == '_' && i > 0 && i + 1 < value.len
           && ss_is_alnum(value.data[i - 1]) && ss_is_alnum(value.data[i + 1]);
}

static bool
has_joint(ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (joins(text, i)) {
            return !ss_is_placeholder(text);
        }
    }

    return false;
}

static bool
has_underscore(const ss_param_t *param, const family_t *family)
{
    ss_str_t member = SS_STR("");

    if (family->has_member
            ? !ss_query_member(param->name, family->name, &member)
            : !ss_eq(param->name, ss_cstr(family->name))) {
        return false;
    }

    return has_joint(param->value) || has_joint(member);
}

/* Goes through a text and its spelling side by side: a byte of one is a byte or
   an escape of the other. Returns where the spelling ends. */
static size_t
dash_text(ss_buf_t *buf, ss_str_t text, ss_str_t raw, size_t at)
{
    bool dashes = has_joint(text);

    for (size_t i = 0; i < text.len; i++) {
        size_t n = ss_is_escape(raw, at) ? 3 : 1;

        if (dashes && joins(text, i)) {
            ss_buf_addc(buf, '-');
        } else {
            ss_buf_add(buf, ss_str(raw.data + at, n));
        }
        at += n;
    }

    return at;
}

static void
dash(ss_check_t *check, ss_param_t *param)
{
    ss_str_t raw = param->raw;
    ss_buf_t buf;
    size_t at;

    ss_buf_init(&buf, check->mem);
    at = dash_text(&buf, param->name, raw, param->blanks);
    if (at < raw.len) {
        ss_buf_addc(&buf, '=');
        dash_text(&buf, param->value, raw, at + 1);
    }

    ss_query_respell(check, param, &buf);
}

static void
check_family(ss_check_t *check, const family_t *family)
{
    ss_params_t *query = ss_query(check);
    size_t first = 0;

    while (first < query->count
           && !has_underscore(&query->items[first], family)) {
        first++;
    }

    if (first == query->count
        || !ss_found(check, (ss_problem_t){
                                .place = family->place,
                                .message = SS_STR("a name has an underscore "
                                                  "where the service has a "
                                                  "dash"),
                            })) {
        return;
    }

    for (size_t i = first; i < query->count; i++) {
        if (has_underscore(&query->items[i], family)) {
            dash(check, &query->items[i]);
        }
    }
}

static void
check_names(ss_check_t *check)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        check_family(check, &families[i]);
    }
}

const ss_rule_t ss_rule_member_name_underscore = {
    .info = {
        .id = "member-name-underscore",
        .summary = "underscores in the names of include or fields, or in the "
                   "type of fields",
        .fix = "write the names with dashes: include=sales-executive",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API),
    },
    .query = SS_QUERY_UNDERSCORE,
    .status = 400,
    .check = check_names,
};
