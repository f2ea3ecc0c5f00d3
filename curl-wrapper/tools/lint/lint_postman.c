/*
 * lint_postman.c: a Postman collection v2.1, as Postman would send it: the tree
 * of folders, their variables, and each request.
 */

#include "tools/lint/lint_postman.h"

#include <stdlib.h>

/* jansson takes more; nobody has that many folders in each other */
#define FOLDERS_MAX 64

#define NAME_MAX_LEN 200

/* --- scopes ------------------------------------------------------------- */

/* Values may be numbers and booleans; objects are nothing that could be put
   into a request. */
static json_t *
value_as_string(json_t *value)
{
    json_t *string;
    char *text;

    if (json_is_string(value)) {
        return json_incref(value);
    }

    if (!json_is_number(value) && !json_is_boolean(value)) {
        return NULL;
    }

    text = json_dumps(value, JSON_ENCODE_ANY);
    string = text != NULL ? json_string(text) : NULL;
    free(text);

    return string;
}

static void
set_variable(json_t *values, json_t *variable)
{
    const char *key = json_string_value(json_object_get(variable, "key"));

    if (key == NULL) {
        key = json_string_value(json_object_get(variable, "id"));
    }

    if (key != NULL && !json_is_true(json_object_get(variable, "disabled"))) {
        (void) json_object_set_new(
            values, key, value_as_string(json_object_get(variable, "value")));
    }
}

/* The variables of a collection, a folder or a request; NULL: it has none. */
static json_t *
read_variables(lint_t *lint, node_t item)
{
    json_t *list = json_object_get(item.json, "variable"), *values, *variable;
    size_t i;

    if (json_array_size(list) == 0) {
        return NULL;
    }

    values = json_object();
    if (values == NULL) {
        lint->nomem = true;
        return NULL;
    }

    json_array_foreach(list, i, variable)
    {
        set_variable(values, variable);
    }

    return values;
}

static scope_t
scope_of(lint_t *lint, const scope_t *outer, node_t item, ss_str_t name)
{
    node_t auth = json_member(&lint->doc, item, "auth");
    scope_t scope = { .outer = outer, .auth = auth };

    if (!json_is_object(auth.json)) {
        scope.auth.json = NULL;
    }

    scope.vars.outer = outer != NULL ? &outer->vars : NULL;
    scope.vars.values = read_variables(lint, item);
    scope.name = name;

    /* as "Folder / Request"; names that are longer lose their ends */
    if (outer != NULL && outer->name.len > 0) {
        scope.name = join3(&lint->mem, outer->name, SS_STR(" / "),
                           str_cut(name, NAME_MAX_LEN));
        scope.name = str_cut(scope.name, NAME_MAX_LEN);
    }

    return scope;
}

/* --- requests ----------------------------------------------------------- */

static void
add_header(postman_t *postman, node_t header)
{
    ss_str_t name = postman_member(postman, header, "key");

    if (name.len == 0 || json_member_is_true(header, "disabled")) {
        return;
    }

    call_header(postman->lint, &postman->call, name,
                postman_member(postman, header, "value"));
    call_part(postman->lint, &postman->call, "header", name,
              postman_place(postman, header));
}

/* "Name: value", a line each */
static void
add_header_lines(postman_t *postman, node_t headers)
{
    ss_str_t rest = postman_text(postman, json_text(headers)), line;

    while (str_line(&rest, &line)) {
        size_t colon = str_find(line, ":");

        if (colon < line.len && !str_begins(line, "//")) {
            ss_str_t name = str_trim(str_cut(line, colon));

            call_header(postman->lint, &postman->call, name,
                        str_skip(line, colon + 1));
            call_part(postman->lint, &postman->call, "header", name,
                      postman_place(postman, headers));
        }
    }
}

static void
add_headers(postman_t *postman, node_t headers)
{
    json_each_t each = json_each(headers);
    node_t header;

    add_header_lines(postman, headers);
    while (json_next(postman->doc, &each, &header)) {
        if (json_is_string(header.json)) {
            add_header_lines(postman, header);
        } else {
            add_header(postman, header);
        }
    }
}

static void
set_method(postman_t *postman, node_t request)
{
    node_t method = json_member(postman->doc, request, "method");
    ss_str_t text = postman_text(postman, json_text(method));

    text = vars_replace(text, "GET", &postman->lint->tmp);
    postman->call.request.method = text.len > 0 ? text : SS_STR("GET");

    if (method.json != NULL) {
        call_part(postman->lint, &postman->call, "method", SS_STR(""),
                  postman_place(postman, method));
    }
}

/* Postman sends no body with these unless told to. */
static bool
has_no_body(const postman_t *postman, node_t item)
{
    static const char *const methods[] = { "GET", "HEAD", "COPY", "PURGE",
                                           "UNLOCK" };
    json_t *behavior = json_object_get(item.json, "protocolProfileBehavior");

    if (json_is_true(json_object_get(behavior, "disableBodyPruning"))) {
        return false;
    }

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (str_is(postman->call.request.method, methods[i])) {
            return true;
        }
    }

    return false;
}

static void
read_request(postman_t *postman, node_t item, node_t request)
{
    node_t url = json_member(postman->doc, request, "url");

    postman->call = (call_t){ .at = postman_place(postman, request),
                              .name = postman->scope->name };

    set_method(postman, request);
    postman_url(postman, json_is_string(request.json) ? request : url);
    add_headers(postman, json_member(postman->doc, request, "header"));
    if (!has_no_body(postman, item)) {
        postman_body(postman, json_member(postman->doc, request, "body"));
    }
    call_settle_headers(postman->lint, &postman->call);
    postman_authorize(postman);
    postman_default_header(postman, "Accept", "*/*");
    postman_default_header(postman, "User-Agent", "PostmanRuntime");

    lint_check(postman->lint, &postman->call);
}

/* --- the tree ----------------------------------------------------------- */

static void
read_item(lint_t *lint, const scope_t *outer, node_t item)
{
    node_t request = json_member(&lint->doc, item, "request");
    scope_t scope;
    postman_t postman;
    node_t auth;

    if (!json_is_object(request.json) && !json_is_string(request.json)) {
        return;
    }

    scope =
        scope_of(lint, outer, item, json_member_text(&lint->doc, item, "name"));
    auth = json_member(&lint->doc, request, "auth");
    if (json_is_object(auth.json)) {
        scope.auth = auth;
    }
    postman = (postman_t){ .lint = lint, .doc = &lint->doc, .scope = &scope };

    postman_token_request(&postman, scope.auth);
    read_request(&postman, item, request);
    json_decref(scope.vars.values);
}

static void
read_items(lint_t *lint, const scope_t *outer, node_t folder, ss_str_t name,
           unsigned depth)
{
    node_t items = json_member(&lint->doc, folder, "item"), item;
    json_each_t each = json_each(items);
    scope_t scope = scope_of(lint, outer, folder, name);
    postman_t postman = { .lint = lint, .doc = &lint->doc, .scope = &scope };

    postman_token_request(&postman, scope.auth);

    if (depth == FOLDERS_MAX) {
        lint->refusal = "folders in folders, more than 64 deep";
        lint->refused_at = postman_place(&postman, folder);
    }

    while (!lint_stopped(lint) && json_next(&lint->doc, &each, &item)) {
        if (json_is_array(json_object_get(item.json, "item"))) {
            read_items(lint, &scope, item,
                       json_member_text(&lint->doc, item, "name"), depth + 1);
        } else {
            read_item(lint, &scope, item);
        }
    }

    json_decref(scope.vars.values);
}

void
lint_postman(lint_t *lint)
{
    node_t root = json_root(&lint->doc);
    node_t wrapped = json_member(&lint->doc, root, "collection");

    /* Postman's own API wraps what it gives */
    read_items(lint, NULL, wrapped.json != NULL ? wrapped : root, SS_STR(""),
               0);
}
