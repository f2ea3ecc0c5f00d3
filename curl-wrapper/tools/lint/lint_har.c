/*
 * lint_har.c: the requests of an HTTP Archive (HAR 1.2), as browsers and
 * proxies save them. They were sent: nothing in them is a variable.
 */

#include "tools/lint/lint.h"

typedef struct {
    lint_t *lint;
    const json_doc_t *doc;
    node_t entry;
    node_t request;
    call_t call;
} har_t;

static place_t
place_of(const har_t *har, node_t node)
{
    return (place_t){ json_offset(har->doc, node), node.at };
}

static ss_str_t
text_of_member(const har_t *har, node_t object, const char *key)
{
    return json_member_text(har->doc, object, key);
}

static void
read_headers(har_t *har)
{
    json_each_t each =
        json_each(json_member(har->doc, har->request, "headers"));
    node_t item;

    while (json_next(har->doc, &each, &item)) {
        ss_str_t name = text_of_member(har, item, "name");

        /* HTTP/2 has ":authority" and its like among them */
        if (name.len == 0 || name.data[0] == ':') {
            continue;
        }

        call_header(har->lint, &har->call, name,
                    text_of_member(har, item, "value"));
        call_part(har->lint, &har->call, "header", name, place_of(har, item));
    }
}

/* --- the body ----------------------------------------------------------- */

static void
note_parameters(har_t *har, node_t params)
{
    json_each_t each = json_each(params);
    node_t item;

    while (json_next(har->doc, &each, &item)) {
        call_part(har->lint, &har->call, "parameter",
                  text_of_member(har, item, "name"), place_of(har, item));
    }
}

static ss_str_t
body_of_params(har_t *har, node_t params, bool multipart)
{
    text_t form = text_new(&har->lint->tmp);
    json_each_t each = json_each(params);
    node_t item;

    while (json_next(har->doc, &each, &item)) {
        ss_str_t name = text_of_member(har, item, "name");
        ss_str_t value = text_of_member(har, item, "value");

        if (multipart) {
            multipart_field(&form, name, value,
                            text_of_member(har, item, "fileName").len > 0);
        } else {
            form_field(&form, name, value);
        }
    }

    if (multipart) {
        multipart_end(&form);
    }

    return text_done(&form);
}

static void
read_params(har_t *har, node_t params, ss_str_t type)
{
    bool multipart = str_begins(type, "multipart/form-data");

    if (multipart) {
        call_remove_header(&har->call, "Content-Type");
        call_header(har->lint, &har->call, SS_STR("Content-Type"),
                    SS_STR("multipart/form-data; boundary=" BOUNDARY));
    }

    call_body(&har->call, body_of_params(har, params, multipart));
}

static void
read_body(har_t *har)
{
    node_t data = json_member(har->doc, har->request, "postData");
    node_t params = json_member(har->doc, data, "params");
    ss_str_t text = text_of_member(har, data, "text");

    if (!json_is_object(data.json)) {
        return;
    }

    call_part(har->lint, &har->call, "body", SS_STR(""), place_of(har, data));
    note_parameters(har, params);

    if (text_of_member(har, data, "encoding").len > 0) {
        call_unknown_body(&har->call);
    } else if (text.len > 0) {
        call_body(&har->call, text);
    } else if (json_array_size(params.json) > 0) {
        read_params(har, params, text_of_member(har, data, "mimeType"));
    }
}

/* --- what was left out -------------------------------------------------- */

static bool
was_answered_well(const har_t *har)
{
    node_t response = json_member(har->doc, har->entry, "response");
    json_int_t status =
        json_integer_value(json_object_get(response.json, "status"));

    return status >= 200 && status < 400;
}

/* Browsers leave Authorization out of what they save, unless told otherwise.
   A call of the API that was answered had one. */
static void
put_back_token(har_t *har)
{
    ss_route_t route;

    if (call_find_header(&har->call, "Authorization") != NULL
        || !was_answered_well(har)) {
        return;
    }

    ss_route(har->lint->engine, &har->call.request, &route);
    if (route.kind == SS_KIND_API || route.kind == SS_KIND_FILE
        || route.kind == SS_KIND_ACTION) {
        call_header(har->lint, &har->call, SS_STR("Authorization"),
                    SS_STR("Bearer " UNKNOWN));
    }
}

/* --- entries ------------------------------------------------------------ */

static void
read_entry(lint_t *lint, node_t entry)
{
    har_t har = { .lint = lint, .doc = &lint->doc, .entry = entry };
    node_t url;

    har.request = json_member(har.doc, entry, "request");
    if (!json_is_object(har.request.json)) {
        return;
    }

    har.call.literal = true;
    har.call.at = place_of(&har, har.request);
    har.call.request.method = text_of_member(&har, har.request, "method");

    url = json_member(har.doc, har.request, "url");
    call_part(lint, &har.call, "url", SS_STR(""), place_of(&har, url));
    call_part(lint, &har.call, "method", SS_STR(""),
              place_of(&har, json_member(har.doc, har.request, "method")));

    read_headers(&har);
    call_url(lint, &har.call, json_text(url), "https");
    read_body(&har);
    put_back_token(&har);
    har.call.name = lint_name(lint, &har.call.request);

    lint_check(lint, &har.call);
}

void
lint_har(lint_t *lint)
{
    node_t log = json_member(&lint->doc, json_root(&lint->doc), "log");
    json_each_t each = json_each(json_member(&lint->doc, log, "entries"));
    node_t entry;

    while (!lint_stopped(lint) && json_next(&lint->doc, &each, &entry)) {
        read_entry(lint, entry);
    }
}
