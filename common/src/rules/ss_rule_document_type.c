/*
 * data.type must be the collection of the path: another one, or none, gives 400
 * with code 101 or 106.
 */

#include "../ss_document.h"

/* The service reads project_services as project-services. */
static bool
names(ss_str_t type, ss_str_t collection)
{
    size_t i = 0;

    while (type.len > 0 && i < collection.len) {
        uint32_t c = ss_scan_character(&type);
        uint8_t wanted = collection.data[i++];

        if ((c == '_' ? '-' : c) != (wanted == '_' ? '-' : wanted)) {
            return false;
        }
    }

    return type.len == 0 && i == collection.len;
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
