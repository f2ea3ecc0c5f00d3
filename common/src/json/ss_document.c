#include "json/ss_document.h"

#include "text/ss_utf8.h"

/* --- is there one ------------------------------------------------------- */

bool
ss_says_json(ss_str_t content_type)
{
    ss_str_t type = ss_media_type(content_type);

    return ss_eq_nocase(type, SS_STR("application/json"))
           || ss_eq_nocase(type, SS_STR("text/json"))
           || ss_eq_nocase(type, SS_JSONAPI);
}

bool
ss_is_object_text(ss_str_t body)
{
    ss_str_t text = ss_trim(body);

    return ss_starts(text, SS_STR("[object "))
           && ss_index(text, ']') == text.len - 1;
}

static bool
is_readable(const ss_check_t *check)
{
    return check->request->body_state == SS_BODY_COMPLETE
           && check->header[SS_H_CONTENT_ENCODING].count == 0;
}

static bool
may_be_document(const ss_check_t *check)
{
    ss_str_t body;

    if (check->kind != SS_KIND_API || !is_readable(check)) {
        return false;
    }

    if (!ss_eq(check->method, SS_STR("POST"))
        && !ss_eq(check->method, SS_STR("PATCH"))
        && !ss_eq(check->method, SS_STR("PUT"))) {
        return false;
    }

    body = ss_trim(ss_utf8_without_bom(check->request->body));

    return body.len > 0
           && (body.data[0] == '{' || body.data[0] == '['
               || ss_says_json(check->header[SS_H_CONTENT_TYPE].value));
}

/* --- where it goes ------------------------------------------------------ */

/* A name as collections have it: a plain word in the plural, without capitals.
   What has another one may have another type too. */
static bool
is_collection(ss_str_t name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.data[i];

        if ((!ss_is_alnum(c) && c != '-' && c != '_') || c != ss_lower(c)) {
            return false;
        }
    }

    return ss_ends(name, SS_STR("s"));
}

ss_target_t
ss_document_target(const ss_check_t *check)
{
    const ss_path_t *path = &check->path;
    size_t first = path->version + 1, count = path->count - first;
    ss_target_t target = { SS_TO_OTHER, ss_path_segment(path, first),
                           ss_path_segment(path, first + 1) };

    if (count == 4
        && ss_eq(ss_path_segment(path, first + 2), SS_STR("relationships"))) {
        target.to = SS_TO_LINKAGE;
    } else if (ss_path_is_global(path) || !is_collection(target.collection)) {
        target.to = SS_TO_OTHER;
    } else if (count == 1 && ss_eq(check->method, SS_STR("POST"))) {
        target.to = SS_TO_COLLECTION;
    } else if (count == 2 && ss_eq(check->method, SS_STR("PATCH"))) {
        target.to = SS_TO_RESOURCE;
    }

    return target;
}

/* --- what rules ask ----------------------------------------------------- */

static ss_document_t *
read_document(ss_check_t *check)
{
    ss_document_t *doc = ss_alloc(check->mem, 1, sizeof(*doc));

    if (doc == NULL
        || ss_document_parse(doc, check->request->body,
                             ss_document_target(check).to, check->mem)
               != SS_OK) {
        check->failed = true;
        return NULL;
    }

    return doc;
}

ss_document_t *
ss_document_read(ss_check_t *check)
{
    if (!check->document_read) {
        check->document_read = true;
        check->document = may_be_document(check) ? read_document(check) : NULL;
    }

    return check->document;
}

ss_body_is_t
ss_body_is(ss_check_t *check)
{
    const ss_document_t *doc = ss_document_read(check);

    if (check->request->body_state == SS_BODY_NONE) {
        return SS_NO_JSON;
    }

    if (!is_readable(check) || (doc != NULL && doc->too_many)) {
        return ss_says_json(check->header[SS_H_CONTENT_TYPE].value)
                   ? SS_SAYS_JSON
                   : SS_NO_JSON;
    }

    if (doc == NULL || doc->error != SS_SCAN_GOOD
        || doc->top != SS_SCAN_OBJECT) {
        return SS_NO_JSON;
    }

    return doc->data.kind != SS_SCAN_END ? SS_JSON_DATA : SS_JSON_OBJECT;
}

ss_document_t *
ss_document(ss_check_t *check)
{
    const ss_field_t *type = &check->header[SS_H_CONTENT_TYPE];
    ss_document_t *doc = ss_document_read(check);

    if (doc == NULL || doc->too_many || ss_eq(check->method, SS_STR("PUT"))) {
        return NULL;
    }

    /* most say just this, and it is asked for each rule */
    return ss_eq(type->value, SS_JSONAPI) || type->value.len == 0
                   || ss_says_json(type->value)
                   || ss_is_object_text(check->request->body)
               ? doc
               : NULL;
}

ss_document_t *
ss_document_data(ss_check_t *check)
{
    ss_document_t *doc = ss_document(check);

    if (doc == NULL || doc->error != SS_SCAN_GOOD) {
        return NULL;
    }

    switch (doc->data.kind) {
    case SS_SCAN_OBJECT:
        return doc;
    case SS_SCAN_ARRAY:
    case SS_SCAN_NULL:
        return ss_document_target(check).to == SS_TO_LINKAGE ? doc : NULL;
    default:
        return NULL;
    }
}

ss_document_t *
ss_document_resource(ss_check_t *check, ss_target_t *target)
{
    ss_document_t *doc = ss_document_data(check);

    if (doc == NULL) {
        return NULL;
    }

    *target = ss_document_target(check);

    return target->to == SS_TO_COLLECTION || target->to == SS_TO_RESOURCE
               ? doc
               : NULL;
}

bool
ss_document_is_filled(const ss_document_t *doc)
{
    ss_scan_kind_t attributes = doc->attributes.kind;
    ss_scan_kind_t related = doc->relationships.kind;

    return !doc->has_others
           && (attributes == SS_SCAN_OBJECT || attributes == SS_SCAN_END)
           && (related == SS_SCAN_OBJECT || related == SS_SCAN_END)
           && (attributes == SS_SCAN_OBJECT || related == SS_SCAN_OBJECT);
}

bool
ss_value_given(ss_value_t value)
{
    return value.kind != SS_SCAN_END && value.kind != SS_SCAN_NULL
           && (value.kind != SS_SCAN_STRING || value.text.len > 0);
}

bool
ss_value_is(ss_value_t value, ss_str_t text)
{
    return value.kind == SS_SCAN_STRING && ss_scan_is(value.text, text);
}
