/*
 * All that a write says stands in the top-level member data: a bare object of
 * attributes, or a list, gives 400 "The required parameter, data, is missing"
 * or "Data must be a hash".
 */

#include "json/ss_document.h"

static void
check_data(ss_check_t *check)
{
    const ss_document_t *doc = ss_document(check);
    bool linkage;

    if (doc->error != SS_SCAN_GOOD || doc->top != SS_SCAN_OBJECT
        || ss_document_data(check) != NULL) {
        return;
    }

    linkage = ss_document_target(check).to == SS_TO_LINKAGE;

    ss_found(check,
             (ss_problem_t){
                 .place = SS_STR("body"),
                 .message = doc->data.kind == SS_SCAN_END
                                ? SS_STR("no member data at the top")
                            : linkage ? SS_STR("data is neither a linkage, a "
                                               "list of them, nor null")
                                      : SS_STR("data is not an object"),
             });
}

const ss_rule_t ss_rule_document_data_missing = {
    .info = {
        .id = "document-data-missing",
        .summary = "a document without data, or whose data is not an object",
        .fix = "send {\"data\": {\"type\": ..., \"attributes\": {...}}}, one "
               "resource in a request",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_NONE,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .status = 400,
    .check = check_data,
};
