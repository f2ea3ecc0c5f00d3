/*
 * 400 of jsonapi-resources for what stands in the query, by its codes.
 */

#include "explain/ss_cause.h"

/* What the server says is wrong, where it may be shown. */
static bool
quote_detail(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_explain_quote_error(explain, telling);

    return true;
}

static bool
is_page_parameter(ss_explain_t *explain, ss_telling_t *telling)
{
    return ss_has_part(explain->error->detail, "page parameter")
           && quote_detail(explain, telling);
}

#define QUERY(number, cause, sentence, todo, found)                            \
    {                                                                          \
        .info = { cause, sentence }, .message = sentence, .fix = todo,         \
        .rules = found, .status = 400, .code = number, .weight = SS_CERTAIN,   \
        .topic = SS_TOPIC_QUERY, .applies = quote_detail                       \
    }

static const ss_cause_def_t causes[] = {
    QUERY(102, "filter-unknown", "the resource has no such filter",
          "look up the filters of this resource: those of another need not "
          "exist here",
          "filter-syntax"),
    QUERY(104, "field-unknown", "fields names what the type does not have",
          "names have dashes: fields[projects]=project-name",
          "member-name-underscore"),
    QUERY(107, "filter-value-invalid",
          "a filter has a value that it does not "
          "take",
          "encode the value; a comma makes a list of it, and dates are "
          "YYYY-MM-DD",
          "filter-comma filter-unencoded"),
    QUERY(112, "include-unknown", "include names no relationship of the type",
          "names have dashes: include=sales-executive",
          "member-name-underscore"),
    QUERY(114, "sort-unknown", "sort names what cannot be sorted by",
          "names have dashes: sort=-created-at", "member-name-underscore"),
    QUERY(117, "page-malformed", "page is not page[number] and page[size]",
          "send page[number]=1&page[size]=100", "page-parameter"),
    QUERY(118, "page-value-invalid",
          "page[size] or page[number] is out of "
          "bounds",
          "begin with 1, and ask for no more than the maximum",
          "page-size-excessive page-parameter"),
    QUERY(119, "fields-without-type", "fields does not say of which type",
          "write fields[projects]=project-name", NULL),
    QUERY(120, "filter-malformed",
          "a filter is not written "
          "filter[name]=value",
          "write filter[name]=value", "filter-syntax"),
    {
        .info = { "page-parameter-unknown",
                  "page has another member than number and size" },
        .message = "page has another member than number and size",
        .fix = "send page[number] and page[size] only",
        .rules = "page-parameter",
        .status = 400,
        .code = 105,
        .weight = SS_CERTAIN + 1,
        .topic = SS_TOPIC_QUERY,
        .applies = is_page_parameter,
    },
};

SS_CAUSE_FAMILY(query, causes);
