/*
 * A PATCH says twice which resource it is about: in the path, and as data.id.
 * Without the second one the answer is 400 with code 109, with another one 110.
 * A POST makes a resource whose id the service chooses: data.id gives 105.
 */

#include "json/ss_document.h"

typedef struct {
    const char *message; /* NULL: nothing to say */
    bool no_repair;
} case_t;

/* An id that can be put into a document as it stands in the path. */
static bool
is_plain(ss_str_t id)
{
    for (size_t i = 0; i < id.len; i++) {
        uint8_t c = id.data[i];

        if (!ss_is_alnum(c) && c != '-' && c != '_') {
            return false;
        }
    }

    return !ss_is_placeholder(id);
}

static case_t
judge_update(ss_value_t id, ss_str_t wanted)
{
    if (!ss_value_given(id)) {
        /* a last segment without a digit is an action: clients/import */
        return (case_t){ "data.id is missing",
                         !is_plain(wanted) || !ss_has_digit(wanted) };
    }

    switch (id.kind) {
    case SS_SCAN_STRING:
        if (!is_plain(wanted) || ss_scan_is(id.text, wanted)) {
            return (case_t){ NULL, true };
        }
        break;
    case SS_SCAN_INTEGER:
        if (!is_plain(wanted) || ss_eq(id.text, wanted)) {
            return (case_t){ NULL, true };
        }
        break;
    case SS_SCAN_REAL:
        /* document-id-number's */
        return (case_t){ NULL, true };
    default:
        return (case_t){ "data.id is not a string", true };
    }

    return (case_t){ "data.id is not the id of the path", true };
}

static case_t
judge_creation(ss_value_t id)
{
    if (id.kind == SS_SCAN_END) {
        return (case_t){ NULL, true };
    }

    if (!ss_value_given(id)) {
        return (case_t){ "data.id is empty in a POST", false };
    }

    return (case_t){ "data.id in a POST: the service chooses it", true };
}

static void
mend(ss_check_t *check, ss_document_t *doc, const ss_target_t *target)
{
    if (target->to == SS_TO_COLLECTION) {
        ss_document_drop_id(check);
        doc->id = (ss_value_t){ .kind = SS_SCAN_END };
    } else if (doc->id.kind == SS_SCAN_END) {
        ss_document_add(check, SS_STR("id"), target->id);
    } else {
        ss_document_set(check, doc->id, target->id);
    }
}

static void
check_id(ss_check_t *check)
{
    ss_target_t target;
    ss_document_t *doc = ss_document_resource(check, &target);
    case_t found;

    if (doc == NULL) {
        return;
    }

    found = target.to == SS_TO_RESOURCE ? judge_update(doc->id, target.id)
                                        : judge_creation(doc->id);

    if (found.message != NULL
        && ss_found(check, (ss_problem_t){
                               .place = SS_STR("body"),
                               .message = ss_cstr(found.message),
                               .no_repair = found.no_repair
                                            || !ss_document_is_filled(doc),
                           })) {
        mend(check, doc, &target);
    }
}

const ss_rule_t ss_rule_document_id = {
    .info = {
        .id = "document-id",
        .summary = "data.id does not go with the path of a PATCH, or stands in "
                   "a POST",
        .fix = "in a PATCH send as data.id the id of the path; in a POST none",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_SAFE,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .edits = SS_EDITS_BODY,
    .status = 400,
    .check = check_id,
};
