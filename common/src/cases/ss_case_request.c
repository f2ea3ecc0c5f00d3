/*
 * ss_case_request.c: the request of a case, and how it is to leave.
 */

#include "cases/ss_case.h"

/* --- target and headers ------------------------------------------------- */

static bool
split_origin(ss_str_t url, ss_request_t *request)
{
    size_t colon = ss_index(url, ':');

    request->scheme = ss_str(url.data, colon);
    if (!ss_starts(ss_skip(url, colon), SS_STR("://"))) {
        return false;
    }

    url = ss_skip(url, colon + 3);
    request->authority = ss_str(url.data, ss_index(url, '/'));
    request->path = ss_skip(url, request->authority.len);

    return colon > 0 && request->authority.len > 0;
}

bool
ss_target_parse(ss_str_t line, ss_request_t *request)
{
    size_t blank = ss_index(line, ' '), mark;

    request->method = ss_str(line.data, blank);
    if (blank == 0 || blank == line.len
        || !split_origin(ss_skip(line, blank + 1), request)) {
        return false;
    }

    mark = ss_index(request->path, '?');
    request->has_query = mark < request->path.len;
    request->query = SS_STR("");
    if (request->has_query) {
        request->query = ss_skip(request->path, mark + 1);
        request->path.len = mark;
    }

    return true;
}

void
ss_read_target(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (ss_config_is(config, node, SS_NODE_SCALAR)
        && !ss_target_parse(node->text, target)) {
        COMPLAIN(config, node,
                 SS_STR("a request is \"METHOD scheme://host/path\""));
    }
}

static void
read_header(ss_config_t *config, const ss_node_t *node, ss_header_t *header)
{
    size_t colon;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    colon = ss_index(node->text, ':');
    if (colon == 0 || colon == node->text.len) {
        COMPLAIN(config, node, SS_STR("a header is \"Name: value\""));
        return;
    }

    header->name = ss_str(node->text.data, colon);
    header->value = ss_trim(ss_skip(node->text, colon + 1));
}

void
ss_read_headers(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_request_t *request = target;
    ss_header_t *headers;

    if (!ss_config_is(config, node, SS_NODE_LIST)) {
        return;
    }

    headers = ss_config_array(config, node->count, sizeof(*headers));
    for (size_t i = 0; headers != NULL && i < node->count; i++) {
        read_header(config, node->items[i], &headers[i]);
    }

    request->headers = headers;
    request->header_count = headers != NULL ? node->count : 0;
}

/* --- bodies ------------------------------------------------------------- */

static void
set_body(ss_request_t *request, ss_str_t body)
{
    request->body = body;
    request->body_state = body.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
}

void
ss_read_body(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (ss_config_is(config, node, SS_NODE_SCALAR)) {
        set_body(target, node->text);
    }
}

void
ss_read_body_hex(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_str_t hex = node->text;
    uint8_t *bytes;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    bytes = ss_config_array(config, hex.len / 2 + 1, 1);
    for (size_t i = 0; bytes != NULL && i < hex.len; i += 2) {
        int c = ss_hex_pair(hex, i);

        if (c < 0) {
            COMPLAIN(config, node,
                     SS_STR("body_hex must be hex digits, two for a byte"));
            return;
        }
        bytes[i / 2] = (uint8_t) c;
    }

    if (bytes != NULL) {
        set_body(target, ss_str(bytes, hex.len / 2));
    }
}

#define REPEATED_MAX (64u * 1024 * 1024)

typedef struct {
    ss_str_t before;
    ss_str_t text;
    size_t times;
} repeat_t;

static void
read_before(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (ss_config_is(config, node, SS_NODE_SCALAR)) {
        ((repeat_t *) target)->before = node->text;
    }
}

static void
read_text(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (ss_config_is(config, node, SS_NODE_SCALAR)) {
        ((repeat_t *) target)->text = node->text;
    }
}

static void
read_times(ss_config_t *config, const ss_node_t *node, void *target)
{
    size_t *times = &((repeat_t *) target)->times;

    for (size_t i = 0; i < node->text.len; i++) {
        unsigned digit = (unsigned) node->text.data[i] - '0';

        if (digit > 9 || *times > REPEATED_MAX) {
            *times = 0;
            break;
        }
        *times = *times * 10 + digit;
    }

    if (node->type != SS_NODE_SCALAR || *times == 0) {
        COMPLAIN(config, node, SS_STR("times must be a number above 0"));
    }
}

void
ss_read_body_repeat(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const ss_key_t keys[] = {
        { "before", read_before },
        { "text", read_text },
        { "times", read_times },
    };
    repeat_t repeat = { SS_STR(""), SS_STR(""), 0 };
    uint8_t *bytes, *end;
    size_t len;

    ss_config_keys(config, node, keys, COUNT(keys), &repeat);
    if (repeat.text.len == 0 || repeat.times == 0) {
        COMPLAIN(config, node, SS_STR("body_repeat needs text and times"));
        return;
    }

    if (repeat.times > REPEATED_MAX / repeat.text.len) {
        COMPLAIN(config, node, SS_STR("a body of more than 64 MiB"));
        return;
    }

    len = repeat.before.len + repeat.times * repeat.text.len;
    bytes = ss_config_array(config, len, 1);
    if (bytes == NULL) {
        return;
    }

    memcpy(bytes, repeat.before.data, repeat.before.len);
    for (end = bytes + repeat.before.len; repeat.times > 0; repeat.times--) {
        memcpy(end, repeat.text.data, repeat.text.len);
        end += repeat.text.len;
    }
    set_body(target, ss_str(bytes, len));
}

/* --- edits -------------------------------------------------------------- */

static void
edit_header(ss_request_t *request, ss_header_t *headers, const ss_edit_t *edit)
{
    size_t kept = 0;
    bool placed = edit->kind == SS_EDIT_HEADER_REMOVE;

    for (size_t i = 0; i < request->header_count; i++) {
        if (!ss_eq_nocase(headers[i].name, edit->name)) {
            headers[kept++] = headers[i];
        } else if (!placed) {
            headers[kept] = headers[i];
            headers[kept++].value = edit->value;
            placed = true;
        }
    }

    if (!placed) {
        headers[kept++] = (ss_header_t){ edit->name, edit->value };
    }

    request->header_count = kept;
}

static void
edit(ss_request_t *request, ss_header_t *headers, const ss_edit_t *edit)
{
    ss_request_t origin;

    switch (edit->kind) {
    case SS_EDIT_METHOD:
        request->method = edit->value;
        break;
    case SS_EDIT_ORIGIN:
        split_origin(edit->value, &origin);
        request->scheme = origin.scheme;
        request->authority = origin.authority;
        break;
    case SS_EDIT_PATH:
        request->path = edit->value;
        break;
    case SS_EDIT_QUERY:
        request->query = edit->value;
        request->has_query = edit->value.len > 0;
        break;
    case SS_EDIT_BODY:
        set_body(request, edit->value);
        break;
    case SS_EDIT_HEADER_SET:
    case SS_EDIT_HEADER_REMOVE:
        edit_header(request, headers, edit);
        break;
    }
}

int
ss_request_edit(const ss_request_t *request, const ss_result_t *result,
                const ss_mem_t *mem, ss_request_t *leaves)
{
    ss_header_t *headers = ss_alloc(
        mem, request->header_count + result->edit_count, sizeof(*headers));

    *leaves = *request;
    if (headers == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < request->header_count; i++) {
        headers[i] = request->headers[i];
    }
    leaves->headers = headers;

    for (size_t i = 0; i < result->edit_count; i++) {
        edit(leaves, headers, &result->edits[i]);
    }

    return SS_OK;
}
