/*
 * A write must say Content-Type: application/vnd.api+json, as it is: a charset
 * or another parameter gives 415 as well as another type does. What is no
 * JSON:API document keeps its type: a file, a patch or a page with the wrong
 * type is refused, and must not become one that is taken for a document.
 */

#include "json/ss_document.h"

static bool
is_write(ss_str_t method)
{
    return ss_eq(method, SS_STR("POST")) || ss_eq(method, SS_STR("PATCH"))
           || ss_eq(method, SS_STR("PUT"));
}

/* What clients send by default, when no type is set. */
static bool
is_default_type(ss_str_t type)
{
    return ss_eq_nocase(type, SS_STR("text/plain"))
           || ss_eq_nocase(type, SS_FORM)
           || ss_eq_nocase(type, SS_STR("multipart/form-data"));
}

/* A list of types, as proxies make of two lines, is good when each of it is. */
static bool
may_be_retyped(ss_str_t types, ss_body_is_t body)
{
    bool more = true;
    ss_str_t one;

    while (ss_split(&types, &more, ',', &one)) {
        ss_str_t type = ss_media_type(one);

        if (type.len > 0 && !ss_says_json(type)
            && !(body == SS_JSON_DATA && is_default_type(type))) {
            return false;
        }
    }

    return true;
}

static bool
all_may_be_retyped(const ss_check_t *check, ss_body_is_t body)
{
    ss_str_t value;
    size_t at = 0;

    while (ss_next_header(check, SS_H_CONTENT_TYPE, &at, &value)) {
        if (!may_be_retyped(value, body)) {
            return false;
        }
    }

    return true;
}

static ss_str_t
message(ss_body_is_t body, const ss_field_t *field)
{
    if (body == SS_SAYS_JSON) {
        return SS_STR("a body that could not be looked into is not sent as "
                      "exactly application/vnd.api+json");
    }

    return field->count == 0 ? SS_STR("the header is missing on a write")
                             : SS_STR("a JSON body is not sent as exactly "
                                      "application/vnd.api+json");
}

static void
check_content_type(ss_check_t *check)
{
    const ss_field_t *field = &check->header[SS_H_CONTENT_TYPE];
    ss_body_is_t body;

    if (!is_write(check->method)
        || (field->count == 1 && ss_eq(field->value, SS_JSONAPI))) {
        return;
    }

    body = ss_body_is(check);
    if (body == SS_NO_JSON || !all_may_be_retyped(check, body)) {
        return;
    }

    if (ss_found(check, (ss_problem_t){
                            .place = SS_STR("header Content-Type"),
                            .message = message(body, field),
                            .no_repair = body == SS_SAYS_JSON,
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
