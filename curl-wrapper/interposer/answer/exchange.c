#include "interposer/answer/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "interposer/request/request.h"

/* --- edits ---------------------------------------------------------------- */

static bool
is_edited(const ss_result_t *result, ss_str_t name)
{
    for (size_t i = 0; i < result->edit_count; i++) {
        if ((result->edits[i].kind == SS_EDIT_HEADER_SET
             || result->edits[i].kind == SS_EDIT_HEADER_REMOVE)
            && same_name(result->edits[i].name, name)) {
            return true;
        }
    }

    return false;
}

static int
edit_headers(const ss_request_t *request, const ss_result_t *result,
             const ss_mem_t *mem, ss_request_t *left)
{
    size_t most = request->header_count + result->edit_count, n = 0;
    ss_header_t *headers = mem->alloc(mem->ctx, (most + 1) * sizeof(*headers));

    if (headers == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < request->header_count; i++) {
        if (!is_edited(result, request->headers[i].name)) {
            headers[n++] = request->headers[i];
        }
    }
    for (size_t i = 0; i < result->edit_count; i++) {
        if (result->edits[i].kind == SS_EDIT_HEADER_SET) {
            headers[n++] =
                (ss_header_t){ result->edits[i].name, result->edits[i].value };
        }
    }
    left->headers = headers;
    left->header_count = n;

    return SS_OK;
}

static void
edit_origin(ss_request_t *left, ss_str_t origin)
{
    const uint8_t *colon = memchr(origin.data, ':', origin.len);
    size_t n = colon != NULL ? (size_t) (colon - origin.data) : origin.len;

    if (n + 3 <= origin.len) {
        left->scheme = (ss_str_t){ origin.data, n };
        left->authority = (ss_str_t){ origin.data + n + 3, origin.len - n - 3 };
    }
}

static void
edit_part(ss_request_t *left, const ss_edit_t *edit)
{
    switch (edit->kind) {
    case SS_EDIT_METHOD:
        left->method = edit->value;
        break;
    case SS_EDIT_ORIGIN:
        edit_origin(left, edit->value);
        break;
    case SS_EDIT_PATH:
        left->path = edit->value;
        break;
    case SS_EDIT_QUERY:
        left->query = edit->value;
        left->has_query = edit->value.len > 0;
        break;
    case SS_EDIT_BODY:
        left->body = edit->value;
        left->body_state =
            edit->value.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
        break;
    default:
        break;
    }
}

int
exchange_edit(const ss_request_t *request, const ss_result_t *result,
              const ss_mem_t *mem, ss_request_t *left)
{
    *left = *request;
    for (size_t i = 0; i < result->edit_count; i++) {
        edit_part(left, &result->edits[i]);
    }

    return edit_headers(request, result, mem, left);
}

/* --- copies --------------------------------------------------------------- */

static bool
copy(const ss_mem_t *mem, ss_str_t *s)
{
    uint8_t *data;

    if (s->len == 0) {
        *s = text_of("");
        return true;
    }

    data = mem->alloc(mem->ctx, s->len);
    if (data == NULL) {
        return false;
    }
    memcpy(data, s->data, s->len);
    s->data = data;

    return true;
}

static bool
copy_all(const ss_mem_t *mem, ss_str_t *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!copy(mem, texts[i])) {
            return false;
        }
    }

    return true;
}

#define COPY_ALL(mem, ...)                                                     \
    copy_all(mem, (ss_str_t *const[]){ __VA_ARGS__ },                          \
             sizeof((ss_str_t *const[]){ __VA_ARGS__ }) / sizeof(ss_str_t *))

/* The list of headers is ours already: exchange_edit() made it. */
static bool
copy_request(ss_request_t *request, const ss_mem_t *mem)
{
    ss_header_t *headers = (ss_header_t *) (uintptr_t) request->headers;

    for (size_t i = 0; i < request->header_count; i++) {
        if (!COPY_ALL(mem, &headers[i].name, &headers[i].value)) {
            return false;
        }
    }

    return COPY_ALL(mem, &request->method, &request->scheme,
                    &request->authority, &request->path, &request->query,
                    &request->body, &request->known_account);
}

static bool
copy_result(ss_result_t *result, const ss_mem_t *mem)
{
    size_t size = result->finding_count * sizeof(ss_finding_t);
    ss_finding_t *findings = mem->alloc(mem->ctx, size + 1);

    if (findings == NULL) {
        return false;
    }

    for (size_t i = 0; i < result->finding_count; i++) {
        findings[i] = result->findings[i];
        if (!COPY_ALL(mem, &findings[i].place, &findings[i].message,
                      &findings[i].fix)) {
            return false;
        }
    }
    result->findings = findings;
    result->edits = NULL;
    result->edit_count = 0;

    return COPY_ALL(mem, &result->account, &result->team, &result->route.scheme,
                    &result->route.host);
}

exchange_t *
exchange_new(const ss_request_t *request, const ss_result_t *result)
{
    exchange_t *exchange = calloc(1, sizeof(*exchange));
    ss_mem_t mem;

    if (exchange == NULL) {
        return NULL;
    }

    ss_arena_init(&exchange->arena);
    mem = ss_arena_mem(&exchange->arena);
    exchange->result = *result;

    if (exchange_edit(request, result, &mem, &exchange->request) != SS_OK
        || !copy_request(&exchange->request, &mem)
        || !copy_result(&exchange->result, &mem)) {
        exchange_free(exchange);
        return NULL;
    }

    return exchange;
}

void
exchange_free(exchange_t *exchange)
{
    if (exchange != NULL) {
        ss_arena_release(&exchange->arena);
        free(exchange->body);
        free(exchange);
    }
}

/* --- the answer ----------------------------------------------------------- */

void
exchange_begin_answer(exchange_t *exchange)
{
    exchange->header_count = exchange->head_size = exchange->body_len = 0;
    exchange->cut = false;
}

/* A line that goes on the one before is none of those that explain. */
static bool
is_header(const exchange_t *exchange, const char *line, const char *colon)
{
    return exchange->headers != NULL && colon != NULL && colon != line
           && *line != ' ' && *line != '\t'
           && exchange->header_count < EXCHANGE_HEADERS_MAX
           && exchange->head_size <= EXCHANGE_HEAD_MAX;
}

void
exchange_add_header(exchange_t *exchange, const char *line, size_t len)
{
    ss_mem_t mem = ss_arena_mem(&exchange->arena);
    const char *colon = memchr(line, ':', len);
    ss_header_t header;
    size_t name;

    if (exchange->headers == NULL) {
        exchange->headers =
            mem.alloc(mem.ctx, EXCHANGE_HEADERS_MAX * sizeof(ss_header_t));
    }
    exchange->head_size += len;
    if (!is_header(exchange, line, colon)) {
        return;
    }

    name = (size_t) (colon - line);
    header.name = (ss_str_t){ (const uint8_t *) line, name };
    header.value = request_trimmed(
        (ss_str_t){ (const uint8_t *) colon + 1, len - name - 1 });
    if (COPY_ALL(&mem, &header.name, &header.value)) {
        exchange->headers[exchange->header_count++] = header;
    }
}

ss_str_t
exchange_header(const exchange_t *exchange, const char *name)
{
    return header_value(exchange->headers, exchange->header_count, name);
}

uint8_t *
exchange_room(exchange_t *exchange, size_t *len)
{
    size_t left = SS_EXPLAIN_BODY_MAX - exchange->body_len;

    if (exchange->body == NULL) {
        exchange->body = malloc(SS_EXPLAIN_BODY_MAX);
    }
    *len = *len < left ? *len : left;

    return exchange->body != NULL ? exchange->body + exchange->body_len : NULL;
}

void
exchange_take(exchange_t *exchange, const uint8_t *room, size_t kept, bool all)
{
    bool is_next =
        exchange->body != NULL && room == exchange->body + exchange->body_len;

    exchange->body_len += is_next ? kept : 0;
    exchange->cut |= !all || !is_next;
}

ss_response_t
exchange_response(const exchange_t *exchange, unsigned status)
{
    return (ss_response_t){ .status = status,
                            .headers = exchange->headers,
                            .header_count = exchange->header_count,
                            .body = { exchange->body, exchange->body_len },
                            .body_complete = !exchange->cut };
}
