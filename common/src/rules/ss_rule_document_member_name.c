/*
 * Attributes and relationships have dashes in their names; with an underscore
 * they are "not allowed" (400, code 105). Below the first level the service has
 * names with underscores of its own: those are never looked at.
 */

#include "json/ss_document.h"

typedef enum { NONE, MENDABLE, TAKEN, ODD } spelling_t;

/* A number for a name in which "_" and "-" are the same: with it two names can
   be told apart without comparing each with each. */
static uint32_t
fold(ss_str_t name)
{
    uint32_t hash = 2166136261u;

    while (name.len > 0) {
        uint32_t c = ss_scan_character(&name);

        hash = (hash ^ (c == '_' ? '-' : c)) * 16777619u;
    }

    return hash;
}

/* Only what stands between letters or digits is a dash misspelt. */
static spelling_t
spelling(ss_str_t name)
{
    spelling_t found = NONE;

    /* an underscore may hide in an escape */
    if (ss_index(name, '\\') < name.len) {
        while (name.len > 0) {
            found = ss_scan_character(&name) == '_' ? ODD : found;
        }
        return found;
    }

    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] != '_') {
            continue;
        }
        if (i == 0 || i + 1 == name.len || !ss_is_alnum(name.data[i - 1])
            || !ss_is_alnum(name.data[i + 1])) {
            return ODD;
        }
        found = MENDABLE;
    }

    return found;
}

static bool
is_taken(const uint32_t *folds, size_t count, size_t i)
{
    for (size_t k = 0; k < count; k++) {
        if (k != i && folds[k] == folds[i]) {
            return true;
        }
    }

    return false;
}

static bool
has_underscores(const ss_document_t *doc)
{
    for (size_t i = 0; i < doc->name_count; i++) {
        if (spelling(doc->names[i].name) != NONE) {
            return true;
        }
    }

    return false;
}

/* Gives the spelling of each name. */
static spelling_t *
judge(ss_check_t *check, const ss_document_t *doc)
{
    size_t count = doc->name_count;
    spelling_t *found = ss_alloc(check->mem, count, sizeof(*found));
    uint32_t *folds = ss_alloc(check->mem, count, sizeof(*folds));

    if (found == NULL || folds == NULL) {
        check->failed = true;
        return NULL;
    }

    for (size_t i = 0; i < count; i++) {
        folds[i] = fold(doc->names[i].name);
    }

    for (size_t i = 0; i < count; i++) {
        found[i] = spelling(doc->names[i].name);
        if (found[i] == MENDABLE && is_taken(folds, count, i)) {
            found[i] = TAKEN;
        }
    }

    return found;
}

static void
mend(ss_check_t *check, ss_str_t name)
{
    uint8_t *dashed = ss_alloc(check->mem, name.len, 1);

    if (dashed == NULL) {
        check->failed = true;
        return;
    }

    for (size_t i = 0; i < name.len; i++) {
        dashed[i] = name.data[i] == '_' ? '-' : name.data[i];
    }
    ss_document_splice(check, name.data, name.len, ss_str(dashed, name.len));
}

static void
tell(ss_check_t *check, const ss_document_t *doc, const spelling_t *found,
     spelling_t which)
{
    static const char *const messages[] = {
        [MENDABLE] = "underscores in names",
        [TAKEN] = "underscores in names that are there with dashes too",
        [ODD] = "underscores in names, not between letters or digits",
    };
    ss_places_t places = { .count = 0 };

    for (size_t i = 0; i < doc->name_count; i++) {
        if (found[i] == which) {
            ss_places_add(check, &places,
                          doc->names[i].related ? "relationships"
                                                : "attributes",
                          doc->names[i].name, "");
        }
    }

    if (places.count == 0
        || !ss_found(check, (ss_problem_t){
                                .place = SS_STR("body"),
                                .message = ss_places_text(check, &places,
                                                          messages[which]),
                                .no_repair = which != MENDABLE,
                            })) {
        return;
    }

    for (size_t i = 0; i < doc->name_count; i++) {
        if (found[i] == which) {
            mend(check, doc->names[i].name);
        }
    }
}

static void
check_names(ss_check_t *check)
{
    const ss_document_t *doc = ss_document_data(check);
    const spelling_t *found;

    if (doc == NULL || !has_underscores(doc)) {
        return;
    }

    found = judge(check, doc);
    if (found != NULL) {
        tell(check, doc, found, MENDABLE);
        tell(check, doc, found, TAKEN);
        tell(check, doc, found, ODD);
    }
}

const ss_rule_t ss_rule_document_member_name = {
    .info = {
        .id = "document-member-name",
        .summary = "underscores in the names of attributes or relationships",
        .fix = "write the names with dashes, project-name; only nested names "
               "have underscores",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API),
    },
    .reads_body = true,
    .of_document = true,
    .edits = SS_EDITS_BODY,
    .status = 400,
    .check = check_names,
};
