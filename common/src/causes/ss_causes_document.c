/*
 * 400, 422 and 423 of jsonapi-resources for what stands in a document, by its
 * codes. The attribute is named; what the server says of it is shown where it
 * may be.
 */

#include "explain/ss_cause.h"

/* The last name of "/data/attributes/project-name". */
static ss_str_t
pointed(const ss_explain_t *explain)
{
    ss_str_t rest = explain->error->pointer, part = SS_STR("");
    bool more = true;

    while (ss_split(&rest, &more, '/', &part)) {
    }

    return part;
}

/* A name is letters, digits, dashes; "?" ends some. */
static bool
is_name(ss_str_t name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.data[i];

        if (!ss_is_alnum(c) && c != '-' && c != '_' && c != '?') {
            return false;
        }
    }

    return name.len > 0 && name.len <= 40;
}

/* What the document has for a name is none of its values. */
static bool
is_member(const ss_explain_t *explain, ss_str_t name)
{
    ss_str_t rest = explain->request->body;

    for (size_t at = ss_index(rest, '"'); at < rest.len;
         at = ss_index(rest, '"')) {
        ss_str_t behind;

        rest = ss_skip(rest, at + 1);
        if (!ss_starts(rest, name)) {
            continue;
        }
        behind = ss_skip(rest, name.len);
        if (ss_starts(behind, SS_STR("\""))
            && ss_starts(ss_trim(ss_skip(behind, 1)), SS_STR(":"))) {
            return true;
        }
    }

    return false;
}

static bool
tell_detail(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t name = pointed(explain);

    if (is_name(name) && !ss_eq(name, SS_STR("data"))
        && (!ss_explain_unknown_secrets(explain) || is_member(explain, name))
        && !ss_explain_betrays(explain, name)) {
        telling->subject = name;
    }
    ss_explain_quote_error(explain, telling);

    return true;
}

static bool
says(ss_explain_t *explain, ss_telling_t *telling, const char *part)
{
    return ss_has_part(explain->error->detail, part)
           && tell_detail(explain, telling);
}

static bool
is_taken(ss_explain_t *explain, ss_telling_t *telling)
{
    return says(explain, telling, "been taken");
}

static bool
is_blank(ss_explain_t *explain, ss_telling_t *telling)
{
    return says(explain, telling, "can't be blank");
}

static bool
must_exist(ss_explain_t *explain, ss_telling_t *telling)
{
    return says(explain, telling, "must exist");
}

static bool
is_id(ss_explain_t *explain, ss_telling_t *telling)
{
    return ss_starts(explain->error->detail, SS_STR("id is not allowed"))
           && tell_detail(explain, telling);
}

static bool
is_attribute(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t detail = explain->error->detail;
    ss_str_t name = ss_str(detail.data, ss_index(detail, ' '));

    if (ss_has_part(detail, "page parameter") || ss_eq(name, SS_STR("id"))) {
        return false;
    }

    if (ss_index(name, '_') < name.len && is_name(name)) {
        telling->message =
            SS_STR("a name has underscores, where the service has dashes");
    }

    return tell_detail(explain, telling);
}

static bool
is_unexplained(ss_explain_t *explain, ss_telling_t *telling)
{
    if (explain->error == NULL) {
        return explain->told.form != SS_BODY_HTML;
    }

    return !explain->explained && tell_detail(explain, telling);
}

/* Where the answer says what is wrong, it is that. */
static bool
is_open(const ss_explain_t *explain, const ss_finding_t *finding)
{
    (void) finding;

    return !explain->explained;
}

/* 409 is what the JSON:API specification has for some of them. */
#define CONFLICT(number, cause, sentence, todo, found, test, further)          \
    {                                                                          \
        .info = { cause, sentence }, .message = sentence, .fix = todo,         \
        .rules = found, .code = number, .weight = SS_CERTAIN, .applies = test, \
        .also = further                                                        \
    }
#define DOCUMENT(number, cause, sentence, todo, found, test)                   \
    CONFLICT(number, cause, sentence, todo, found, test, NULL)

static const ss_cause_def_t causes[] = {
    DOCUMENT(100, "value-taken", "the value is another record's already",
             "use another value, or update the record that has it", NULL,
             is_taken),
    DOCUMENT(100, "value-blank", "a value is required and missing",
             "send the attribute with a value", "document-member-name",
             is_blank),
    DOCUMENT(100, "related-record-required",
             "a relationship is required and names no record",
             "send the relationship with type and id of a record of this "
             "account",
             "document-linkage document-sample-value", must_exist),
    CONFLICT(101, "document-type-wrong",
             "data.type is not the type of this address",
             "put the last word of the collection's address there: projects",
             "document-type", tell_detail, "409"),
    DOCUMENT(103, "id-invalid", "an id is not a whole number",
             "use the id of the record, not its name or uuid",
             "document-id document-sample-value document-id-number",
             tell_detail),
    CONFLICT(105, "id-not-allowed", "a new record cannot bring its own id",
             "leave id out of a POST; to change a record use PATCH",
             "document-id", is_id, "403"),
    DOCUMENT(105, "attribute-not-allowed",
             "a name is unknown to the type, or may not be written",
             "names have dashes and are those of the type; leave out what "
             "the service computes",
             "document-member-name document-sample-value", is_attribute),
    DOCUMENT(106, "document-incomplete", "the document lacks data or type",
             "send {\"data\": {\"type\": ..., \"attributes\": {...}}}",
             "document-data-missing document-type", tell_detail),
    DOCUMENT(109, "id-missing", "the document of a PATCH lacks data.id",
             "put the id of the address there, as a string", "document-id",
             tell_detail),
    CONFLICT(110, "id-not-of-address", "data.id is not the id of the address",
             "put the id of the address there", "document-id", tell_detail,
             "409"),
    DOCUMENT(115, "linkage-malformed",
             "data of a relationship is not exactly type and id",
             "send {\"data\": {\"type\": ..., \"id\": ...}}, a list of them "
             "for many, null for none",
             "document-linkage document-sample-value", tell_detail),
    DOCUMENT(116, "linkage-type-wrong",
             "a relationship names a record of another type",
             "put the type of the related resource there", NULL, tell_detail),
    DOCUMENT(121, "save-failed", "the record could not be saved",
             "compare with a record that is there; ask support with the exact "
             "message",
             NULL, tell_detail),
    DOCUMENT(122, "data-not-object", "data is a list or a text, not an object",
             "send one record in a call, as an object", "document-data-missing",
             tell_detail),
    DOCUMENT(123, "relationship-unknown", "the type has no such relationship",
             "names have dashes and are those of the type",
             "document-member-name", tell_detail),
    DOCUMENT(400, "json-malformed", "the body is no JSON object",
             "send what a JSON library writes; an object, not a list",
             "document-malformed", tell_detail),
    DOCUMENT(423, "record-locked", "the record is locked",
             "wait, or have it unlocked in ScopeStack", NULL, tell_detail),
    {
        .info = { "validation-failed", "the service does not take a value" },
        .message = "the service does not take a value",
        .fix = "correct what the answer names in errors[].detail and "
               "source.pointer",
        .suspects = "document-data-missing document-type document-id "
                    "document-id-number document-member-name "
                    "document-linkage document-sample-value",
        .also = "409",
        .kinds = SS_BIT(API),
        .status = 422,
        .weight = SS_LIKELY,
        .applies = is_unexplained,
        .suits = is_open,
    },
    {
        .info = { "request-malformed", "the service cannot read the request" },
        .message = "the service cannot read the request",
        .fix = "correct what the answer names in errors[].detail",
        .rules = "document-malformed document-data-missing document-type "
                 "document-id document-id-number document-member-name "
                 "document-linkage document-sample-value filter-syntax "
                 "filter-unencoded filter-comma member-name-underscore "
                 "page-parameter page-size-excessive",
        .suspects = "body-not-checked",
        .kinds = SS_BIT(API),
        .status = 400,
        .weight = SS_POSSIBLE,
        .applies = is_unexplained,
        .suits = is_open,
    },
};

SS_CAUSE_FAMILY(document, causes);
