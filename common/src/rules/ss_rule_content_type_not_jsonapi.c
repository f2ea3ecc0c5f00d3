/*
 * A write must say Content-Type: application/vnd.api+json, as it is: a charset
 * or another parameter gives 415 as well as another type does.
 */

#include "../ss_document.h"

static bool
is_write(ss_str_t method)
{
    return ss_eq(method, SS_STR("POST")) || ss_eq(method, SS_STR("PATCH"))
           || ss_eq(method, SS_STR("PUT"));
}

static void
check_content_type(ss_check_t *check)
{
    const ss_field_t *field = &check->header[SS_H_CONTENT_TYPE];

    if (!is_write(check->method)
        || (field->count == 1 && ss_eq(field->value, SS_JSONAPI))
        || !ss_has_json(check)) {
        return;
    }

    if (ss_found(
            check,
            (ss_problem_t){
                .place = SS_STR("header Content-Type"),
                .message = field->count == 0
                               ? SS_STR("the header is missing on a write")
                               : SS_STR("a JSON body is not sent as exactly "
                                        "application/vnd.api+json"),
            })) {
        ss_set_header(check, SS_H_CONTENT_TYPE, SS_JSONAPI);
    }
}

const ss_rule_t ss_rule_content_type_not_jsonapi = {
    .info = {
        .id = "content-type-not-jsonapi",
        .summary = "a write with a JSON body and no, another, or a "
                   "parameterised Content-Type",
        .fix = "send the header \"Content-Type: application/vnd.api+json\", "
               "without charset",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_SAFE,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .edits = SS_EDITS_TYPE,
    .status = 415,
    .check = check_content_type,
};
