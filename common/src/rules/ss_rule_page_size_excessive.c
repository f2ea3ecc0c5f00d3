/*
 * The server has a largest page and answers 400 above it; it is not published,
 * hence a parameter. A page of no rows or of no number is an error as well.
 */

#include "check/ss_rule.h"

enum { MAX };

static ss_str_t
above(ss_check_t *check, unsigned max)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, check->mem);
    ss_buf_adds(&buf, "it is above ");
    ss_buf_addu(&buf, max);
    check->failed |= ss_buf_done(&buf, &text) != SS_OK;

    return text;
}

/* What is wrong with a size; empty: nothing. */
static ss_str_t
trouble(ss_check_t *check, ss_str_t value)
{
    unsigned max = ss_parameter(check, MAX), number;

    if (!ss_whole_number(value, &number)) {
        return SS_STR("it is no whole number");
    }

    if (number < 1) {
        return SS_STR("it is below 1");
    }

    return number > max ? above(check, max) : SS_STR("");
}

static void
check_size(ss_check_t *check)
{
    const ss_params_t *query = ss_query(check);
    ss_str_t message = SS_STR("");

    /* the last one counts */
    for (size_t i = 0; i < query->count; i++) {
        if (ss_eq(query->items[i].name, SS_STR("page[size]"))) {
            message = trouble(check, query->items[i].value);
        }
    }

    if (message.len > 0) {
        ss_found(check, (ss_problem_t){
                            .place = SS_STR("parameter page[size]"),
                            .message = message,
                        });
    }
}

const ss_rule_t ss_rule_page_size_excessive = {
    .info = {
        .id = "page-size-excessive",
        .summary = "a page[size] that is too large, below 1 or no number",
        .fix = "ask for smaller pages, and for the next ones by page[number]",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API),
        .parameters = {
            [MAX] = {
                .name = "max",
                .summary = "the largest page[size] that is fine",
                .minimum = 1,
                .maximum = 100000,
                .value = 250,
            },
        },
    },
    .query = SS_QUERY_NAME('p'),
    .status = 400,
    .check = check_size,
};
