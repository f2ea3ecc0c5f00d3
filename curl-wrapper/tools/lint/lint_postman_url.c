/*
 * lint_postman_url.c: the URL of a Postman request: a string, or an object with
 * the URL in pieces.
 */

#include <string.h>

#include "tools/lint/lint_postman.h"

/* Joins an array's strings, or takes a string as it is. */
static void
add_pieces(postman_t *postman, text_t *text, node_t node, const char *before,
           const char *between)
{
    json_each_t each = json_each(node);
    node_t item;
    bool first = true;

    if (json_is_string(node.json) && !str_begins(json_text(node), "/")) {
        text_adds(text, before);
    }
    text_add(text, json_text(node));

    while (json_next(postman->doc, &each, &item)) {
        text_adds(text, first ? before : between);
        text_add(text, json_is_object(item.json)
                           ? json_member_text(postman->doc, item, "value")
                           : json_text(item));
        first = false;
    }
}

static void
add_query(postman_t *postman, text_t *text, node_t query)
{
    json_each_t each = json_each(query);
    const char *separator = "?";
    node_t item;

    while (json_next(postman->doc, &each, &item)) {
        node_t value = json_member(postman->doc, item, "value");

        if (json_member_is_true(item, "disabled")) {
            continue;
        }

        text_adds(text, separator);
        text_add(text, json_member_text(postman->doc, item, "key"));
        text_adds(text, json_is_string(value.json) ? "=" : "");
        text_add(text, json_text(value));
        separator = "&";
    }
}

/* As Postman, which puts the pieces together and not what "raw" says. */
static ss_str_t
url_text(postman_t *postman, node_t url)
{
    text_t text = text_new(&postman->lint->tmp);
    const json_doc_t *doc = postman->doc;
    ss_str_t protocol = json_member_text(doc, url, "protocol");
    ss_str_t port = json_member_text(doc, url, "port");
    node_t host = json_member(doc, url, "host");

    if (json_is_string(url.json)) {
        return json_text(url);
    }

    if (host.json == NULL) {
        return json_member_text(doc, url, "raw");
    }

    text_add(&text, protocol);
    text_adds(&text, protocol.len > 0 ? "://" : "");
    add_pieces(postman, &text, host, "", ".");
    text_adds(&text, port.len > 0 ? ":" : "");
    text_add(&text, port);
    add_pieces(postman, &text, json_member(doc, url, "path"), "/", "/");
    add_query(postman, &text, json_member(doc, url, "query"));

    return text_done(&text);
}

/* --- path variables ----------------------------------------------------- */

static bool
find_variable(postman_t *postman, node_t variables, ss_str_t name,
              ss_str_t *value)
{
    json_each_t each = json_each(variables);
    node_t item;

    while (json_next(postman->doc, &each, &item)) {
        ss_str_t key = json_member_text(postman->doc, item, "key");

        if (key.len == name.len && memcmp(key.data, name.data, key.len) == 0) {
            *value = json_member_text(postman->doc, item, "value");
            return true;
        }
    }

    return false;
}

/* "/:id": the value, or a variable when it is filled in later. What is not
   among the variables is sent as it is. */
static void
add_segment(postman_t *postman, text_t *text, node_t variables,
            ss_str_t segment)
{
    ss_str_t name = str_skip(segment, 2), value;

    if (!str_begins(segment, "/:") || name.len == 0
        || !find_variable(postman, variables, name, &value)) {
        text_add(text, segment);
        return;
    }

    text_adds(text, "/");
    text_add(text, value);
    text_adds(text, value.len == 0 ? "{{:unset}}" : "");
}

static ss_str_t
with_path_variables(postman_t *postman, ss_str_t url, node_t variables)
{
    text_t text = text_new(&postman->lint->tmp);
    size_t end = str_find(url, "?");
    ss_str_t rest = str_cut(url, end);

    if (json_array_size(variables.json) == 0) {
        return url;
    }

    while (rest.len > 0) {
        size_t n = str_find(str_skip(rest, 1), "/") + 1;

        add_segment(postman, &text, variables, str_cut(rest, n));
        rest = str_skip(rest, n);
    }
    text_add(&text, str_skip(url, end));

    return text_done(&text);
}

/* ------------------------------------------------------------------------ */

/* What Postman encodes by itself. */
static ss_str_t
escaped(postman_t *postman, ss_str_t raw, const char *also)
{
    text_t text = text_new(&postman->lint->tmp);

    text_add_escaped(&text, raw, also);

    return text_done(&text);
}

void
postman_url(postman_t *postman, node_t url)
{
    ss_request_t *request = &postman->call.request;
    ss_str_t text =
        with_path_variables(postman, url_text(postman, url),
                            json_member(postman->doc, url, "variable"));

    call_part(postman->lint, &postman->call, "url", SS_STR(""),
              postman_place(postman, url));
    call_url(postman->lint, &postman->call, postman_text(postman, text),
             "http");

    request->path = escaped(postman, request->path, "\"<>`{}");
    request->query = escaped(postman, request->query, "\"<>'");
}
