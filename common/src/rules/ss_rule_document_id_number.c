/*
 * Ids are strings in JSON:API. The service takes integers too, as long as it
 * does; what it makes of 1.0 or 1e3 is anybody's guess.
 */

#include "json/ss_document.h"

static ss_places_t
find(ss_check_t *check, const ss_document_t *doc, ss_scan_kind_t kind)
{
    ss_places_t places = { .count = 0 };

    if (doc->id.kind == kind) {
        ss_places_add(check, &places, "data", SS_STR("id"), "");
    }

    for (size_t i = 0; i < doc->identifier_count; i++) {
        const ss_identifier_t *identifier = &doc->identifiers[i];

        if (identifier->id.kind == kind) {
            ss_places_add_identifier(check, &places, identifier, ".data.id");
        }
    }

    return places;
}

static void
quote(ss_check_t *check, ss_value_t *id)
{
    if (id->kind == SS_SCAN_INTEGER) {
        ss_document_quote(check, *id);
        id->kind = SS_SCAN_STRING;
    }
}

static void
check_integers(ss_check_t *check, ss_document_t *doc)
{
    ss_places_t places = find(check, doc, SS_SCAN_INTEGER);

    if (places.count == 0
        || !ss_found(check, (ss_problem_t){
                                .place = SS_STR("body"),
                                .message = ss_places_text(check, &places,
                                                          "numbers as ids"),
                            })) {
        return;
    }

    quote(check, &doc->id);
    for (size_t i = 0; i < doc->identifier_count; i++) {
        quote(check, &doc->identifiers[i].id);
    }
}

static void
check_reals(ss_check_t *check, const ss_document_t *doc)
{
    ss_places_t places = find(check, doc, SS_SCAN_REAL);

    if (places.count > 0) {
        ss_found(check, (ss_problem_t){
                            .place = SS_STR("body"),
                            .message = ss_places_text(
                                check, &places,
                                "ids that are numbers, but no integers"),
                            .no_repair = true,
                        });
    }
}

static void
check_numbers(ss_check_t *check)
{
    ss_document_t *doc = ss_document_data(check);

    if (doc != NULL) {
        check_integers(check, doc);
        check_reals(check, doc);
    }
}

const ss_rule_t ss_rule_document_id_number = {
    .info = {
        .id = "document-id-number",
        .summary = "numbers where ids must be strings",
        .fix = "send ids as strings: \"id\": \"12\"",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .edits = SS_EDITS_BODY,
    .status = 400,
    .check = check_numbers,
};
