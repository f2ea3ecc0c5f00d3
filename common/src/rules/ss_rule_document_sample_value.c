/*
 * The service's Swagger page shows samples in which all that is a string says
 * "string". Pasted into a client, its links and ids go out as they are.
 */

#include "json/ss_document.h"

#define SAMPLE SS_STR("string")

/* links: "string", or an object of such. */
static bool
is_sample(ss_value_t links)
{
    ss_scan_kind_t kind;
    ss_str_t token;
    ss_scan_t scan;

    if (links.kind != SS_SCAN_OBJECT) {
        return ss_value_is(links, SAMPLE);
    }

    ss_scan_init(&scan, links.text);
    do {
        kind = ss_scan_next(&scan, &token);
        if (kind == SS_SCAN_STRING && ss_scan_is(token, SAMPLE)) {
            return true;
        }
    } while (kind != SS_SCAN_END && kind != SS_SCAN_FAILED);

    return false;
}

static void
collect(ss_check_t *check, const ss_document_t *doc, ss_places_t *places)
{
    if (ss_value_is(doc->id, SAMPLE)) {
        ss_places_add(check, places, "data", SS_STR("id"), "");
    }
    if (is_sample(doc->links)) {
        ss_places_add(check, places, "data", SS_STR("links"), "");
    }

    for (size_t i = 0; i < doc->related_count; i++) {
        if (is_sample(doc->related[i].links)) {
            ss_places_add(check, places, "relationships", doc->related[i].name,
                          ".links");
        }
    }

    for (size_t i = 0; i < doc->identifier_count; i++) {
        const ss_identifier_t *identifier = &doc->identifiers[i];

        if (ss_value_is(identifier->id, SAMPLE)) {
            ss_places_add_identifier(check, places, identifier, ".data.id");
        } else if (ss_value_is(identifier->type, SAMPLE)) {
            ss_places_add_identifier(check, places, identifier, ".data.type");
        }
    }
}

static void
check_samples(ss_check_t *check)
{
    const ss_document_t *doc = ss_document_data(check);
    ss_places_t places = { .count = 0 };

    if (doc == NULL) {
        return;
    }

    collect(check, doc, &places);

    if (places.count > 0) {
        ss_found(check, (ss_problem_t){
                            .place = SS_STR("body"),
                            .message = ss_places_text(
                                check, &places,
                                "what Swagger's samples say, \"string\""),
                        });
    }
}

const ss_rule_t ss_rule_document_sample_value = {
    .info = {
        .id = "document-sample-value",
        .summary = "links or ids that still say \"string\", as Swagger's "
                   "samples do",
        .fix = "leave out links, and put real ids; send only what is to change",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .status = 400,
    .check = check_samples,
};
