/*
 * lint_postman_body.c: the body of a Postman request, and the Content-Type that
 * Postman gives it.
 */

#include <stdlib.h>

#include "tools/lint/lint_postman.h"

/* --- raw ---------------------------------------------------------------- */

static const struct {
    const char *language;
    const char *type;
} languages[] = {
    { "json", "application/json" },
    { "xml", "application/xml" },
    { "html", "text/html" },
    { "javascript", "application/javascript" },
};

static const char *
type_of_language(ss_str_t language)
{
    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
        if (str_is(language, languages[i].language)) {
            return languages[i].type;
        }
    }

    return "text/plain";
}

static void
read_raw(postman_t *postman, node_t body, node_t value)
{
    const json_doc_t *doc = postman->doc;
    node_t options = json_member(doc, body, "options");
    node_t raw = json_member(doc, options, "raw");
    ss_str_t text = json_text(value);

    if (text.len == 0) {
        return;
    }

    call_text_body(postman->lint, &postman->call, postman_text(postman, text));
    postman_default_header(
        postman, "Content-Type",
        type_of_language(json_member_text(doc, raw, "language")));
}

/* --- forms -------------------------------------------------------------- */

/* Notes the place of a parameter; false: it is not sent. */
static bool
note_parameter(postman_t *postman, node_t param)
{
    if (!json_is_object(param.json) || json_member_is_true(param, "disabled")) {
        return false;
    }

    call_part(postman->lint, &postman->call, "parameter",
              postman_known(postman, param, "key"),
              postman_place(postman, param));

    return true;
}

static bool
is_unknown_grant(postman_t *postman, node_t param)
{
    return str_is(json_member_text(postman->doc, param, "key"), "grant_type")
           && vars_any(postman_member(postman, param, "value"));
}

static void
add_field(postman_t *postman, text_t *form, node_t param, bool multipart)
{
    ss_str_t key = postman_known(postman, param, "key");
    ss_str_t value = postman_known(postman, param, "value");

    if (multipart) {
        multipart_field(
            form, key, value,
            str_is(json_member_text(postman->doc, param, "type"), "file"));
    } else {
        form_field(form, key, value);
    }
}

static void
read_form(postman_t *postman, node_t params, bool multipart)
{
    text_t form = text_new(&postman->lint->tmp);
    json_each_t each = json_each(params);
    bool unknown = false;
    node_t param;

    while (json_next(postman->doc, &each, &param)) {
        if (note_parameter(postman, param)) {
            unknown |= is_unknown_grant(postman, param);
            add_field(postman, &form, param, multipart);
        }
    }

    if (form.len == 0) {
        return;
    }

    if (multipart) {
        multipart_end(&form);
    }

    postman_default_header(postman, "Content-Type",
                           multipart ? "multipart/form-data; "
                                       "boundary=" BOUNDARY
                                     : "application/x-www-form-urlencoded");
    call_body(&postman->call, text_done(&form));
    if (unknown) {
        call_unknown_body(&postman->call);
    }
}

static void
read_urlencoded(postman_t *postman, node_t body, node_t value)
{
    (void) body;

    if (json_is_string(value.json)) {
        call_text_body(postman->lint, &postman->call,
                       postman_text(postman, json_text(value)));
        postman_default_header(postman, "Content-Type",
                               "application/x-www-form-urlencoded");
    } else {
        read_form(postman, value, false);
    }
}

static void
read_formdata(postman_t *postman, node_t body, node_t value)
{
    (void) body;

    read_form(postman, value, true);
}

/* --- others ------------------------------------------------------------- */

static void
read_graphql(postman_t *postman, node_t body, node_t value)
{
    json_t *query = json_object_get(value.json, "query");
    json_t *object = json_pack("{s:O}", "query", query);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;

    (void) body;

    call_text_body(
        postman->lint, &postman->call,
        postman_text(postman, str_copy(str_of(text), &postman->lint->tmp)));
    postman_default_header(postman, "Content-Type", "application/json");

    free(text);
    json_decref(object);
}

static void
read_file(postman_t *postman, node_t body, node_t value)
{
    (void) body;
    (void) value;

    call_unknown_body(&postman->call);
}

static const struct {
    const char *name;
    void (*read)(postman_t *postman, node_t body, node_t value);
} modes[] = {
    { "raw", read_raw },           { "urlencoded", read_urlencoded },
    { "formdata", read_formdata }, { "graphql", read_graphql },
    { "file", read_file },
};

void
postman_body(postman_t *postman, node_t body)
{
    ss_str_t mode = json_member_text(postman->doc, body, "mode");

    if (!json_is_object(body.json) || json_member_is_true(body, "disabled")) {
        return;
    }

    call_part(postman->lint, &postman->call, "body", SS_STR(""),
              postman_place(postman, body));

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (str_is(mode, modes[i].name)) {
            modes[i].read(postman, body,
                          json_member(postman->doc, body, modes[i].name));
        }
    }
}
