/*
 * ss_edits.c: the difference between a request and what the rules made of it.
 */

#include "check/ss_check.h"
#include "json/ss_document.h"

enum { EDITS_MAX = 5 + SS_H_COUNT };

static void
add_edit(ss_result_t *result, ss_edit_t *edits, ss_edit_t edit)
{
    edits[result->edit_count++] = edit;
}

/* A body made here is a form, and says so; how one that was there is labelled
   is token-body-encoding's. */
static void
label_body(ss_check_t *check, ss_str_t body)
{
    if (body.len > 0 && check->params.format == SS_FORMAT_NONE
        && !ss_eq_nocase(ss_media_type(check->header[SS_H_CONTENT_TYPE].value),
                         SS_FORM)) {
        ss_set_header(check, SS_H_CONTENT_TYPE, SS_FORM);
    }
}

static int
add_param_edits(ss_check_t *check, ss_result_t *result, ss_edit_t *edits)
{
    const ss_params_t *params = &check->params;
    ss_str_t text;

    if (params->query_changed) {
        if (ss_params_write(params, true, check->mem, &text) != SS_OK) {
            return SS_ERR_NOMEM;
        }
        add_edit(result, edits,
                 (ss_edit_t){ .kind = SS_EDIT_QUERY, .value = text });
    }

    if (params->body_changed || params->convert) {
        if (ss_params_write(params, false, check->mem, &text) != SS_OK) {
            return SS_ERR_NOMEM;
        }
        label_body(check, text);
        add_edit(result, edits,
                 (ss_edit_t){ .kind = SS_EDIT_BODY, .value = text });
    }

    return SS_OK;
}

static int
add_document_edit(const ss_check_t *check, ss_result_t *result,
                  ss_edit_t *edits)
{
    ss_document_t *doc = check->document;
    ss_edit_t edit = { .kind = SS_EDIT_BODY };

    if (doc == NULL || !ss_document_changed(doc)) {
        return SS_OK;
    }

    if (ss_document_write(doc, check->request->body, check->mem, &edit.value)
        != SS_OK) {
        return SS_ERR_NOMEM;
    }
    add_edit(result, edits, edit);

    return SS_OK;
}

static void
add_header_edits(const ss_check_t *check, ss_result_t *result, ss_edit_t *edits)
{
    for (unsigned id = 0; id < SS_H_COUNT; id++) {
        const ss_field_t *field = &check->header[id];

        if (field->changed) {
            add_edit(result, edits,
                     (ss_edit_t){ field->count > 0 ? SS_EDIT_HEADER_SET
                                                   : SS_EDIT_HEADER_REMOVE,
                                  ss_field_name(id), field->value });
        }
    }
}

static int
add_origin_edit(const ss_check_t *check, ss_result_t *result, ss_edit_t *edits)
{
    const ss_origin_t *origin =
        ss_origin_for(check->engine, check->kind, check->at);
    ss_edit_t edit = { .kind = SS_EDIT_ORIGIN };

    if (SS_JOIN(check->mem, &edit.value, origin->scheme, SS_STR("://"),
                origin->authority)
        != SS_OK) {
        return SS_ERR_NOMEM;
    }

    add_edit(result, edits, edit);

    return SS_OK;
}

int
ss_check_edits(ss_check_t *check, ss_result_t *result)
{
    ss_edit_t *edits = ss_alloc(check->mem, EDITS_MAX, sizeof(*edits));

    if (edits == NULL) {
        return SS_ERR_NOMEM;
    }

    result->edits = edits;

    if (!ss_eq(check->method, check->request->method)) {
        add_edit(result, edits,
                 (ss_edit_t){ .kind = SS_EDIT_METHOD, .value = check->method });
    }

    if (check->origin_changed
        && add_origin_edit(check, result, edits) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    if (check->path_changed) {
        add_edit(result, edits,
                 (ss_edit_t){ .kind = SS_EDIT_PATH, .value = check->path.raw });
    }

    if (add_param_edits(check, result, edits) != SS_OK
        || add_document_edit(check, result, edits) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    add_header_edits(check, result, edits);

    return SS_OK;
}
