#include "support.h"

#include <stdio.h>
#include <stdlib.h>

static void *
mem_alloc(void *ctx, size_t size)
{
    test_mem_t *mem = ctx;

    mem->asked++;
    if (mem->fail_at != 0 && mem->asked >= mem->fail_at) {
        return NULL;
    }

    if (mem->count == mem->size) {
        mem->size = mem->size * 2 + 16;
        mem->blocks = realloc(mem->blocks, mem->size * sizeof(void *));
        if (mem->blocks == NULL) {
            abort();
        }
    }

    mem->blocks[mem->count] = malloc(size);
    if (mem->blocks[mem->count] == NULL) {
        abort();
    }

    return mem->blocks[mem->count++];
}

ss_mem_t
test_mem(test_mem_t *mem)
{
    return (ss_mem_t){ mem_alloc, mem };
}

void
test_mem_release(test_mem_t *mem)
{
    for (size_t i = 0; i < mem->count; i++) {
        free(mem->blocks[i]);
    }
    free(mem->blocks);
    *mem = TEST_MEM;
}

ss_str_t
exact(test_mem_t *mem, ss_str_t s)
{
    uint8_t *copy = mem_alloc(mem, s.len);

    if (s.len > 0) {
        memcpy(copy, s.data, s.len);
    }

    return ss_str(copy, s.len);
}

ss_request_t
exact_request(test_mem_t *mem, const ss_request_t *request)
{
    ss_request_t copy = *request;
    ss_header_t *headers =
        mem_alloc(mem, request->header_count * sizeof(*headers));

    copy.method = exact(mem, request->method);
    copy.scheme = exact(mem, request->scheme);
    copy.authority = exact(mem, request->authority);
    copy.path = exact(mem, request->path);
    copy.query = exact(mem, request->query);
    copy.body = exact(mem, request->body);

    for (size_t i = 0; i < request->header_count; i++) {
        headers[i].name = exact(mem, request->headers[i].name);
        headers[i].value = exact(mem, request->headers[i].value);
    }
    copy.headers = headers;

    return copy;
}

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

    return request->authority.len > 0;
}

bool
parse_target(ss_str_t line, ss_request_t *request)
{
    size_t blank = ss_index(line, ' ');
    size_t mark;

    request->method = ss_str(line.data, blank);
    if (blank == line.len || !split_origin(ss_skip(line, blank + 1), request)) {
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

/* --- edits -------------------------------------------------------------- */

static void
set_header(ss_request_t *request, ss_header_t *headers, const ss_edit_t *edit)
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
apply_edit(test_mem_t *mem, ss_request_t *request, ss_header_t *headers,
           const ss_edit_t *edit)
{
    ss_request_t target;

    switch (edit->kind) {
    case SS_EDIT_METHOD:
        request->method = edit->value;
        break;
    case SS_EDIT_ORIGIN:
        split_origin(edit->value, &target);
        request->scheme = target.scheme;
        request->authority = target.authority;
        break;
    case SS_EDIT_PATH:
        request->path = edit->value;
        break;
    case SS_EDIT_QUERY:
        request->query = edit->value;
        request->has_query = edit->value.len > 0;
        break;
    case SS_EDIT_BODY:
        request->body = exact(mem, edit->value);
        request->body_state =
            edit->value.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
        break;
    case SS_EDIT_HEADER_SET:
    case SS_EDIT_HEADER_REMOVE:
        set_header(request, headers, edit);
        break;
    }
}

ss_request_t
apply_edits(test_mem_t *mem, const ss_request_t *request,
            const ss_result_t *result)
{
    ss_request_t leaves = *request;
    ss_header_t *headers = mem_alloc(
        mem, (request->header_count + result->edit_count) * sizeof(*headers));

    for (size_t i = 0; i < request->header_count; i++) {
        headers[i] = request->headers[i];
    }
    leaves.headers = headers;

    for (size_t i = 0; i < result->edit_count; i++) {
        apply_edit(mem, &leaves, headers, &result->edits[i]);
    }

    return exact_request(mem, &leaves);
}

static bool
same_headers(const ss_request_t *a, const ss_request_t *b)
{
    if (a->header_count != b->header_count) {
        return false;
    }

    for (size_t i = 0; i < a->header_count; i++) {
        if (!ss_eq(a->headers[i].name, b->headers[i].name)
            || !ss_eq(a->headers[i].value, b->headers[i].value)) {
            return false;
        }
    }

    return true;
}

bool
same_request(const ss_request_t *a, const ss_request_t *b, const char **what)
{
    const struct {
        const char *name;
        bool same;
    } parts[] = {
        { "method", ss_eq(a->method, b->method) },
        { "scheme", ss_eq(a->scheme, b->scheme) },
        { "authority", ss_eq(a->authority, b->authority) },
        { "path", ss_eq(a->path, b->path) },
        { "query", ss_eq(a->query, b->query) && a->has_query == b->has_query },
        { "headers", same_headers(a, b) },
        { "body", ss_eq(a->body, b->body) },
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!parts[i].same) {
            *what = parts[i].name;
            return false;
        }
    }

    return true;
}

/* --- files -------------------------------------------------------------- */

ss_str_t
repairing_rules(test_mem_t *mem, const char *head)
{
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;
    ss_str_t yaml;

    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, head);
    ss_buf_adds(&buf, "rules:\n");
    for (size_t i = 0; i < ss_rule_count(); i++) {
        const ss_rule_info_t *rule = ss_rule_at(i);

        ss_buf_adds(&buf, "  ");
        ss_buf_adds(&buf, rule->id);
        ss_buf_adds(&buf, rule->repair == SS_REPAIR_NONE ? ": report\n"
                                                         : ": repair\n");
    }

    if (ss_buf_done(&buf, &yaml) != SS_OK) {
        abort();
    }

    return yaml;
}

ss_engine_t *
test_engine(test_mem_t *mem, ss_str_t yaml)
{
    ss_mem_t m = test_mem(mem);
    ss_engine_t *engine;
    ss_str_t errors;

    if (ss_engine_create(&engine, yaml, "config", &m, &errors) != SS_OK) {
        fprintf(stderr, "%.*s", SS_FMT(errors));
        exit(2);
    }

    return engine;
}

ss_str_t
read_file(test_mem_t *mem, const char *path)
{
    FILE *file = fopen(path, "rb");
    long size;
    uint8_t *data;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0
        || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0) {
        perror(path);
        exit(2);
    }

    data = mem_alloc(mem, (size_t) size);
    if (fread(data, 1, (size_t) size, file) != (size_t) size) {
        perror(path);
        exit(2);
    }
    fclose(file);

    return ss_str(data, (size_t) size);
}
