/*
 * data.type must be the collection of the path: another one, or none, gives 400
 * with code 101 or 106.
 */

#include "json/ss_document.h"

static bool
is_upper(uint32_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool
is_lower_or_digit(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Takes c of the collection, where "_" and "-" are the same. */
static bool
takes(ss_str_t *collection, uint32_t c)
{
    uint32_t wanted = collection->len > 0 ? collection->data[0] : 0;

    if (wanted == 0 || (c == '_' ? '-' : c) != (wanted == '_' ? '-' : wanted)) {
        return false;
    }
    *collection = ss_skip(*collection, 1);

    return true;
}

/* The service underscores the type first (ActiveSupport's String#underscore):
   project_services and projectServices are project-services to it. */
static bool
names(ss_str_t type, ss_str_t collection)
{
    uint32_t before = 0;

    while (type.len > 0) {
        uint32_t c = ss_scan_character(&type);
        ss_str_t rest = type;
        uint32_t behind = rest.len > 0 ? ss_scan_character(&rest) : 0;
        bool begins_word =
            is_upper(c)
            && (is_lower_or_digit(before)
                || (is_upper(before) && behind >= 'a' && behind <= 'z'));

        if ((begins_word && !takes(&collection, '-'))
            || !takes(&collection, is_upper(c) ? c | 0x20 : c)) {
            return false;
        }
        before = c;
    }

    return collection.len == 0;
}

static void
put_type(ss_check_t *check, ss_document_t *doc, ss_str_t type)
{
    if (doc->type.kind == SS_SCAN_END) {
        ss_document_add(check, SS_STR("type"), type);
    } else {
        ss_document_set(check, doc->type, type);
    }
}

static void
check_type(ss_check_t *check)
{
    ss_target_t target;
    ss_document_t *doc = ss_document_resource(check, &target);
    bool given;

    if (doc == NULL) {
        return;
    }

    given = ss_value_given(doc->type);
    if (doc->type.kind == SS_SCAN_STRING && given
        && names(doc->type.text, target.collection)) {
        return;
    }

    if (ss_found(check, (ss_problem_t){
                            .place = SS_STR("body"),
                            .message = given ? SS_TEXT(
                                           check,
                                           SS_STR("data.type is not the "
                                                  "collection of the path, "),
                                           target.collection)
                                             : SS_STR("data.type is missing"),
                            .no_repair = given || !ss_document_is_filled(doc),
                        })) {
        put_type(check, doc, target.collection);
    }
}

const ss_rule_t ss_rule_document_type = {
    .info = {
        .id = "document-type",
        .summary = "data.type is missing or not the collection of the path",
        .fix = "send as data.type the name of the collection in the path: "
               "\"clients\" for /{account-slug}/v1/clients",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_SAFE,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .edits = SS_EDITS_BODY,
    .status = 400,
    .check = check_type,
};
