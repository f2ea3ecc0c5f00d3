/*
 * A write must say Content-Type: application/vnd.api+json, as it is: a charset
 * or another parameter gives 415 as well as another type does.
 */

#include "../ss_rule.h"

/* Types that say JSON where the body itself cannot be looked at. */
static bool
says_json(ss_str_t content_type)
{
    ss_str_t type = ss_media_type(content_type);

    return ss_eq_nocase(type, SS_STR("application/json"))
           || ss_eq_nocase(type, SS_STR("text/json"))
           || ss_eq_nocase(type, SS_JSONAPI);
}

static bool
has_json(const ss_check_t *check)
{
    const ss_request_t *request = check->request;
    ss_str_t body;

    if (request->body_state == SS_BODY_NONE) {
        return false;
    }

    if (request->body_state != SS_BODY_COMPLETE
        || check->header[SS_H_CONTENT_ENCODING].count > 0) {
        return says_json(check->header[SS_H_CONTENT_TYPE].value);
    }

    body = ss_trim(request->body);

    return body.len > 0 && (body.data[0] == '{' || body.data[0] == '[');
}

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
        || !has_json(check)) {
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
    .status = 415,
    .check = check_content_type,
};
