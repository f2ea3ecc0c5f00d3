/*
 * A relationship is an object with data, and data has exactly type and id: any
 * other member, meta included, gives 400 "Data is not a valid Links Object"
 * (code 115).
 */

#include "json/ss_document.h"

typedef enum {
    NO_OBJECT,
    NO_DATA,
    BAD_DATA,
    OTHER_MEMBERS,
    INCOMPLETE,
    FAULTS
} fault_t;

static const char *const messages[FAULTS] = {
    [NO_OBJECT] = "relationships that are no objects",
    [NO_DATA] = "relationships without data",
    [BAD_DATA] = "neither a linkage, a list of them, nor null",
    [OTHER_MEMBERS] = "linkages with other members than type and id",
    [INCOMPLETE] = "linkages without a type or an id",
};

/* FAULTS: none. */
static fault_t
relationship_fault(const ss_relationship_t *relationship)
{
    if (relationship->value.kind != SS_SCAN_OBJECT) {
        return NO_OBJECT;
    }

    switch (relationship->data.kind) {
    case SS_SCAN_END:
        return NO_DATA;
    case SS_SCAN_OBJECT:
    case SS_SCAN_ARRAY:
    case SS_SCAN_NULL:
        return FAULTS;
    default:
        return BAD_DATA;
    }
}

static bool
is_id(ss_value_t id)
{
    /* numbers are document-id-number's */
    return id.kind == SS_SCAN_INTEGER || id.kind == SS_SCAN_REAL
           || (id.kind == SS_SCAN_STRING && id.text.len > 0);
}

static fault_t
identifier_fault(const ss_identifier_t *identifier)
{
    if (!identifier->is_object) {
        return BAD_DATA;
    }

    if (identifier->has_others) {
        return OTHER_MEMBERS;
    }

    return identifier->type.kind == SS_SCAN_STRING
                   && identifier->type.text.len > 0 && is_id(identifier->id)
               ? FAULTS
               : INCOMPLETE;
}

static void
collect(ss_check_t *check, const ss_document_t *doc, ss_places_t *places)
{
    for (size_t i = 0; i < doc->related_count; i++) {
        const ss_relationship_t *relationship = &doc->related[i];
        fault_t fault = relationship_fault(relationship);

        if (fault < FAULTS) {
            ss_places_add(check, &places[fault], "relationships",
                          relationship->name, fault == BAD_DATA ? ".data" : "");
        }
    }

    for (size_t i = 0; i < doc->identifier_count; i++) {
        const ss_identifier_t *identifier = &doc->identifiers[i];
        fault_t fault = identifier_fault(identifier);

        if (fault < FAULTS) {
            ss_places_add_identifier(check, &places[fault], identifier,
                                     ".data");
        }
    }
}

static void
check_linkage(ss_check_t *check)
{
    const ss_document_t *doc = ss_document_data(check);
    ss_places_t places[FAULTS] = { { .count = 0 } };

    if (doc == NULL) {
        return;
    }

    if (doc->relationships.kind != SS_SCAN_END
        && doc->relationships.kind != SS_SCAN_OBJECT) {
        ss_places_add(check, &places[NO_OBJECT], "data",
                      SS_STR("relationships"), "");
    }
    collect(check, doc, places);

    for (fault_t fault = 0; fault < FAULTS; fault++) {
        if (places[fault].count > 0) {
            ss_found(check, (ss_problem_t){
                                .place = SS_STR("body"),
                                .message = ss_places_text(check, &places[fault],
                                                          messages[fault]),
                            });
        }
    }
}

const ss_rule_t ss_rule_document_linkage = {
    .info = {
        .id = "document-linkage",
        .summary = "a relationship without data, or whose data is not exactly "
                   "type and id",
        .fix = "send {\"data\": {\"type\": ..., \"id\": ...}}, a list of such "
               "objects, or {\"data\": null}",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .status = 400,
    .check = check_linkage,
};
