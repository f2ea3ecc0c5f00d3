/*
 * The service wants Accept: application/vnd.api+json on all API calls. The
 * server compares elements as whole strings, so that a parameter (charset, q)
 * makes an element another one.
 */

#include "check/ss_rule.h"

static bool
names_jsonapi(ss_str_t accept)
{
    ss_str_t rest = accept, element;
    bool more = true;

    while (ss_split(&rest, &more, ',', &element)) {
        if (ss_eq(ss_trim(element), SS_JSONAPI)) {
            return true;
        }
    }

    return false;
}

static void
check_accept(ss_check_t *check)
{
    ss_str_t value;
    size_t at = 0;

    while (ss_next_header(check, SS_H_ACCEPT, &at, &value)) {
        if (names_jsonapi(value)) {
            return;
        }
    }

    if (ss_found(check, (ss_problem_t){
                            .place = SS_STR("header Accept"),
                            .message = check->header[SS_H_ACCEPT].count > 0
                                           ? SS_STR("no element is exactly "
                                                    "application/vnd.api+json")
                                           : SS_STR("the header is missing"),
                        })) {
        ss_set_header(check, SS_H_ACCEPT, SS_JSONAPI);
    }
}

const ss_rule_t ss_rule_accept_not_jsonapi = {
    .info = {
        .id = "accept-not-jsonapi",
        .summary = "an API call whose Accept does not name "
                   "application/vnd.api+json",
        .fix = "send the header \"Accept: application/vnd.api+json\", without "
               "parameters",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_SAFE,
        .kinds = SS_BIT(API),
    },
    .status = 406,
    .check = check_accept,
};
