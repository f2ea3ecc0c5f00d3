#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#include "cases/ss_case.h"

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

ss_str_t
built(ss_buf_t *buf)
{
    ss_str_t text;

    if (ss_buf_done(buf, &text) != SS_OK) {
        abort();
    }

    return text;
}

ss_str_t
copied(const ss_mem_t *mem, ss_str_t text)
{
    ss_str_t copy = ss_dup(mem, text);

    if (copy.data == NULL) {
        abort();
    }

    return copy;
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

bool
parse_target(ss_str_t line, ss_request_t *request)
{
    return ss_target_parse(line, request);
}

ss_request_t
apply_edits(test_mem_t *mem, const ss_request_t *request,
            const ss_result_t *result)
{
    ss_mem_t m = test_mem(mem);
    ss_request_t leaves;

    ss_request_edit(request, result, &m, &leaves);

    return exact_request(mem, &leaves);
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

/* --- texts -------------------------------------------------------------- */

static bool
in_order(ss_str_t text, const char *const *parts, size_t max, size_t *count)
{
    for (*count = 0; *count < max && parts[*count] != NULL; (*count)++) {
        size_t len = strlen(parts[*count]);
        const uint8_t *at = memmem(text.data, text.len, parts[*count], len);

        if (at == NULL) {
            return false;
        }
        text = ss_skip(text, (size_t) (at - text.data) + len);
    }

    return true;
}

bool
errors_are(ss_str_t errors, const char *const *parts, size_t max)
{
    size_t count, seen = 0;
    ss_str_t rest = errors, line;
    bool more = true;

    while (ss_split(&rest, &more, '\n', &line)) {
        seen += memmem(line.data, line.len, ": error: ", 9) != NULL;
    }

    return in_order(errors, parts, max, &count) && seen == count;
}

bool
lines_are(ss_str_t text, const char *const *parts, size_t max)
{
    size_t count, seen = 0;

    for (size_t i = 0; i < text.len; i++) {
        seen += text.data[i] == '\n';
    }

    return in_order(text, parts, max, &count) && seen == count;
}
