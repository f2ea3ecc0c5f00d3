#include "case_file.h"

#include <stdio.h>
#include <stdlib.h>

static const char base_config[] = "version: 1\n"
                                  "service:\n"
                                  "  api_url: http://api.scopestack.test\n"
                                  "  auth_url: http://app.scopestack.test\n"
                                  "  account: acme\n";

_Noreturn static void
fail_at(const char *path, const ss_node_t *node, const char *what)
{
    fprintf(stderr, "%s:%u:%u: error: %s\n", path, node->line, node->column,
            what);
    exit(2);
}

static void
only_keys(const char *path, const ss_node_t *map, const char *const *keys)
{
    if (map->type != SS_NODE_MAP) {
        fail_at(path, map, "not a map");
    }

    for (size_t i = 0; i < map->count; i++) {
        size_t k = 0;

        while (keys[k] != NULL
               && !ss_eq(map->keys[i]->text, ss_cstr(keys[k]))) {
            k++;
        }
        if (keys[k] == NULL) {
            fail_at(path, map->keys[i], "unknown key");
        }
    }
}

static ss_str_t
text_of(const char *path, const ss_node_t *node)
{
    if (node->type != SS_NODE_SCALAR) {
        fail_at(path, node, "not a text");
    }

    return node->text;
}

static unsigned
number_of(const char *path, const ss_node_t *node)
{
    ss_str_t text = text_of(path, node);
    unsigned number = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            fail_at(path, node, "not a number");
        }
        number = number * 10 + (text.data[i] - '0');
    }

    return number;
}

/* --- bodies ------------------------------------------------------------- */

static ss_str_t
repeated(const char *path, const ss_node_t *node, test_mem_t *mem)
{
    static const char *const keys[] = { "text", "times", "before", NULL };
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;
    ss_str_t body;

    only_keys(path, node, keys);
    ss_buf_init(&buf, &m);

    if (ss_yaml_get(node, "before") != NULL) {
        ss_buf_add(&buf, ss_yaml_get(node, "before")->text);
    }
    for (unsigned n = number_of(path, ss_yaml_get(node, "times")); n > 0; n--) {
        ss_buf_add(&buf, ss_yaml_get(node, "text")->text);
    }
    ss_buf_done(&buf, &body);

    return body;
}

static ss_str_t
from_hex(const char *path, const ss_node_t *node, test_mem_t *mem)
{
    ss_str_t hex = text_of(path, node);
    ss_mem_t m = test_mem(mem);
    uint8_t *bytes = ss_alloc(&m, hex.len / 2 + 1, 1);

    for (size_t i = 0; i + 1 < hex.len; i += 2) {
        if (ss_hex(hex.data[i]) < 0 || ss_hex(hex.data[i + 1]) < 0) {
            fail_at(path, node, "not hex digits");
        }
        bytes[i / 2] =
            (uint8_t) (ss_hex(hex.data[i]) * 16 + ss_hex(hex.data[i + 1]));
    }

    return ss_str(bytes, hex.len / 2);
}

static void
set_body(const char *path, const ss_node_t *map, ss_request_t *request,
         test_mem_t *mem)
{
    const ss_node_t *body = ss_yaml_get(map, "body");
    const ss_node_t *hex = ss_yaml_get(map, "body_hex");
    const ss_node_t *repeat = ss_yaml_get(map, "body_repeat");

    if (body != NULL) {
        request->body = text_of(path, body);
    } else if (hex != NULL) {
        request->body = from_hex(path, hex, mem);
    } else if (repeat != NULL) {
        request->body = repeated(path, repeat, mem);
    } else {
        return;
    }

    request->body_state =
        request->body.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
}

/* --- requests ----------------------------------------------------------- */

static void
set_headers(const char *path, const ss_node_t *list, ss_request_t *request,
            test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_header_t *headers = ss_alloc(&m, list->count + 1, sizeof(*headers));

    if (list->type != SS_NODE_LIST) {
        fail_at(path, list, "not a list");
    }

    for (size_t i = 0; i < list->count; i++) {
        ss_str_t line = text_of(path, list->items[i]);
        size_t colon = ss_index(line, ':');

        if (colon == line.len) {
            fail_at(path, list->items[i], "not \"Name: value\"");
        }
        headers[i].name = ss_str(line.data, colon);
        headers[i].value = ss_trim(ss_skip(line, colon + 1));
    }

    request->headers = headers;
    request->header_count = list->count;
}

static void
set_target(const char *path, const ss_node_t *node, ss_request_t *request)
{
    if (!parse_target(text_of(path, node), request)) {
        fail_at(path, node, "not \"METHOD scheme://host/path\"");
    }
}

static void
set_request(const char *path, const ss_node_t *node, ss_request_t *request,
            test_mem_t *mem)
{
    const ss_node_t *address = ss_yaml_get(node, "address");
    const ss_node_t *headers = ss_yaml_get(node, "headers");

    if (ss_yaml_get(node, "request") == NULL) {
        fail_at(path, node, "no request");
    }
    set_target(path, ss_yaml_get(node, "request"), request);

    if (headers != NULL) {
        set_headers(path, headers, request, mem);
    }
    if (address != NULL) {
        request->address = address->text;
    }
    set_body(path, node, request, mem);
}

static void
set_leaves(const char *path, const ss_node_t *node, ss_request_t *leaves,
           test_mem_t *mem)
{
    static const char *const keys[] = { "request", "headers", "body",
                                        "body_hex", NULL };

    if (node == NULL) {
        return;
    }

    only_keys(path, node, keys);
    if (ss_yaml_get(node, "request") != NULL) {
        set_target(path, ss_yaml_get(node, "request"), leaves);
    }
    if (ss_yaml_get(node, "headers") != NULL) {
        set_headers(path, ss_yaml_get(node, "headers"), leaves, mem);
    }
    set_body(path, node, leaves, mem);
}

/* --- the rest ----------------------------------------------------------- */

static void
add_find(const char *path, const ss_node_t *rule, const ss_node_t *outcome,
         test_case_t *c)
{
    if (c->find_count == CASE_FINDINGS_MAX) {
        fail_at(path, rule, "too many findings");
    }

    c->finds[c->find_count].rule = rule->text;
    c->finds[c->find_count++].outcome = text_of(path, outcome);
}

static void
set_finds(const char *path, const ss_node_t *node, test_case_t *c)
{
    if (node->type != SS_NODE_MAP) {
        fail_at(path, node, "finds is not a map");
    }

    for (size_t i = 0; i < node->count; i++) {
        const ss_node_t *rule = node->keys[i], *outcome = node->values[i];

        if (ss_rule_find(rule->text) == NULL) {
            fail_at(path, rule, "no such rule");
        }
        if (outcome->type != SS_NODE_LIST) {
            add_find(path, rule, outcome, c);
        }
        for (size_t k = 0; k < outcome->count; k++) {
            add_find(path, rule, outcome->items[k], c);
        }
    }
}

static void
set_config(const char *path, const ss_node_t *node, test_case_t *c,
           test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);

    if (node == NULL) {
        if (c->config.len == 0) {
            c->config = SS_STR(base_config);
        }
    } else if (ss_starts(text_of(path, node), SS_STR("version:"))) {
        c->config = node->text;
    } else {
        SS_JOIN(&m, &c->config, SS_STR(base_config), node->text);
    }
}

static void
set_answer(const char *path, const ss_node_t *node, test_case_t *c)
{
    static const char *const keys[] = { "status", "code", NULL };

    if (node == NULL) {
        return;
    }

    only_keys(path, node, keys);
    c->status = number_of(path, ss_yaml_get(node, "status"));
    c->code = text_of(path, ss_yaml_get(node, "code"));
}

static void
read_case(case_file_t *file, test_case_t *c, const ss_node_t *root,
          const ss_node_t *node, test_mem_t *mem)
{
    static const char *const keys[] = { "name",     "config",      "request",
                                        "headers",  "address",     "body",
                                        "body_hex", "body_repeat", "finds",
                                        "says",     "leaves",      "answer",
                                        "only",     NULL };

    only_keys(file->path, node, keys);
    if (ss_yaml_get(node, "name") == NULL
        || ss_yaml_get(node, "finds") == NULL) {
        fail_at(file->path, node, "a case needs name, request and finds");
    }

    *c = (test_case_t){ .file = file->path, .line = node->line };
    c->name = text_of(file->path, ss_yaml_get(node, "name"));
    c->says = ss_yaml_get(node, "says");
    c->only = ss_yaml_get(node, "only");
    set_config(file->path, ss_yaml_get(root, "config"), c, mem);
    set_config(file->path, ss_yaml_get(node, "config"), c, mem);
    set_request(file->path, node, &c->request, mem);
    c->leaves = c->request;
    set_leaves(file->path, ss_yaml_get(node, "leaves"), &c->leaves, mem);
    set_finds(file->path, ss_yaml_get(node, "finds"), c);
    set_answer(file->path, ss_yaml_get(node, "answer"), c);
}

void
case_file_read(case_file_t *file, const char *path, test_mem_t *mem)
{
    static const char *const keys[] = { "rule", "config", "shared", "cases",
                                        NULL };
    ss_mem_t m = test_mem(mem);
    ss_yaml_errors_t errors;
    const ss_node_t *list;
    ss_node_t *root;

    if (ss_yaml_parse(read_file(mem, path), &m, &root, &errors) != SS_OK
        || root == NULL) {
        ss_yaml_error_t error = { 1, 1, "the file is empty" };

        if (errors.count > 0) {
            error = errors.items[0];
        }
        fprintf(stderr, "%s:%u:%u: error: %s\n", path, error.line, error.column,
                error.message);
        exit(2);
    }

    only_keys(path, root, keys);
    list = ss_yaml_get(root, "cases");
    if (list == NULL || list->type != SS_NODE_LIST
        || ss_yaml_get(root, "rule") == NULL) {
        fail_at(path, root, "a file of cases has rule and cases");
    }

    *file = (case_file_t){ .path = path,
                           .rule = text_of(path, ss_yaml_get(root, "rule")),
                           .count = list->count };
    file->cases = ss_alloc(&m, list->count, sizeof(test_case_t));
    for (size_t i = 0; i < list->count; i++) {
        read_case(file, &file->cases[i], root, list->items[i], mem);
    }
}
