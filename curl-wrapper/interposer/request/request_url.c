/*
 * request_url.c: where a handle's request goes.
 */

#include "interposer/request/request_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ascii.h"
#include "interposer/libcurl/quirks.h"

static ss_str_t
copy(const char *s, const ss_mem_t *mem)
{
    ss_str_t text = text_of(s);
    uint8_t *p = mem->alloc(mem->ctx, text.len + 1);

    if (p != NULL) {
        memcpy(p, text.data, text.len);
        p[text.len] = '\0';
    }
    text.data = p;

    return text;
}

typedef struct {
    char *scheme;
    char *user;
    char *password;
    char *host;
    char *port;
    char *path;
    char *query;
} url_t;

CURLU *
request_parse_url(const char *url, long path_as_is)
{
    CURLU *handle = real.curl_url();
    unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME
                     | (path_as_is ? CURLU_PATH_AS_IS : 0u);

    if (handle != NULL
        && real.curl_url_set(handle, CURLUPART_URL, url, flags) != CURLUE_OK) {
        real.curl_url_cleanup(handle);
        handle = NULL;
    }

    return handle;
}

/* CURLU_GET_EMPTY, younger than some headers: an empty query is one. */
#define GET_EMPTY (1u << 14)

static void
split(CURLU *handle, url_t *url)
{
    /* as libcurl asks for it: others send no "?" without a query */
    unsigned empty = quirk_keeps_empty_query() ? GET_EMPTY : 0;
    const struct {
        CURLUPart part;
        char **target;
        unsigned flags;
    } parts[] = {
        { CURLUPART_SCHEME, &url->scheme, 0 },
        { CURLUPART_USER, &url->user, 0 },
        { CURLUPART_PASSWORD, &url->password, 0 },
        { CURLUPART_HOST, &url->host, 0 },
        { CURLUPART_PORT, &url->port, 0 },
        /* as libcurl itself asks for it */
        { CURLUPART_PATH, &url->path, CURLU_URLENCODE },
        { CURLUPART_QUERY, &url->query, empty },
    };

    *url = (url_t){ .scheme = NULL };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        real.curl_url_get(handle, parts[i].part, parts[i].target,
                          parts[i].flags);
    }
}

static void
url_free(url_t *url)
{
    char *parts[] = { url->scheme, url->user, url->password, url->host,
                      url->port,   url->path, url->query };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        real.curl_free(parts[i]);
    }
}

ss_str_t
request_join(const ss_mem_t *mem, const char *a, const char *b, const char *c,
             const char *d)
{
    const char *parts[] = { a, b, c, d };
    size_t len = 0;
    char *p;

    for (size_t i = 0; i < 4; i++) {
        len += strlen(parts[i]);
    }

    p = mem->alloc(mem->ctx, len + 1);
    if (p == NULL) {
        return (ss_str_t){ NULL, 0 };
    }

    *p = '\0';
    for (size_t i = 0; i < 4; i++) {
        strcat(p, parts[i]);
    }

    return (ss_str_t){ (const uint8_t *) p, len };
}

static read_rc_t
take_url(const url_t *url, long other_port, const ss_mem_t *mem,
         outgoing_t *out)
{
    ss_request_t *request = &out->request;
    const char *port = url->port;
    char digits[24];

    if (other_port > 0) {
        snprintf(digits, sizeof(digits), "%ld", other_port);
        port = digits;
    }

    request->scheme = copy(url->scheme, mem);
    request->authority = request_join(mem, url->host, port != NULL ? ":" : "",
                                      port != NULL ? port : "", "");
    request->path = copy(url->path != NULL ? url->path : "/", mem);
    request->query = copy(url->query, mem);
    request->has_query = url->query != NULL;
    out->userinfo = text_of("");

    if (url->user != NULL) {
        out->userinfo =
            request_join(mem, url->user, url->password != NULL ? ":" : "",
                         url->password != NULL ? url->password : "", "@");
    }

    return request->scheme.data == NULL || request->authority.data == NULL
                   || request->path.data == NULL || request->query.data == NULL
                   || out->userinfo.data == NULL
               ? READ_NOMEM
               : READ_OK;
}

static bool
take_target(const char *target, const ss_mem_t *mem, outgoing_t *out)
{
    ss_request_t *request = &out->request;
    size_t len = strcspn(target, "?");

    out->url_rest = request_join(mem, (const char *) request->path.data,
                                 request->has_query ? "?" : "",
                                 (const char *) request->query.data, "");
    request->path = copy(target, mem);
    request->query = copy(target + len + (target[len] == '?'), mem);
    request->has_query = target[len] == '?';

    if (request->path.data == NULL || request->query.data == NULL
        || out->url_rest.data == NULL) {
        return false;
    }
    request->path.len = len;

    return true;
}

static bool
is_scheme(const char *scheme, const char *name)
{
    size_t len = strlen(name);

    return strlen(scheme) == len && ascii_same(scheme, name, len);
}

static bool
is_http(const url_t *url)
{
    return url->scheme != NULL && url->host != NULL
           && (is_scheme(url->scheme, "http")
               || is_scheme(url->scheme, "https"));
}

/* "scheme:/", as libcurl tells a URL from a host. */
static bool
has_scheme(const char *url)
{
    size_t n =
        strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                    "0123456789+-.");

    return n > 0 && url[n] == ':' && url[n + 1] == '/';
}

static CURLU *
parse_program_url(const state_t *state)
{
    CURLU *handle;
    char *url;
    size_t size;

    if (state->default_scheme == NULL || has_scheme(state->url)) {
        return request_parse_url(state->url, state->path_as_is);
    }

    size = strlen(state->default_scheme) + strlen(state->url) + 4;
    url = malloc(size);
    if (url == NULL) {
        return NULL;
    }
    snprintf(url, size, "%s://%s", state->default_scheme, state->url);
    handle = request_parse_url(url, state->path_as_is);
    free(url);

    return handle;
}

static read_rc_t
read_parts(const state_t *state, CURLU *handle, const ss_mem_t *mem,
           outgoing_t *out)
{
    read_rc_t rc = READ_NOT_OURS;
    url_t url;

    split(handle, &url);
    if (is_http(&url)) {
        rc = take_url(&url, state->port, mem, out);
    }
    url_free(&url);

    if (rc == READ_OK && state->target != NULL
        && !take_target(state->target, mem, out)) {
        rc = READ_NOMEM;
    }

    return rc;
}

read_rc_t
request_read_url(const state_t *state, const ss_mem_t *mem, outgoing_t *out)
{
    CURLU *handle = state->urlu;
    read_rc_t rc;

    if (handle == NULL && state->url != NULL) {
        handle = parse_program_url(state);
    }

    if (handle == NULL) {
        return READ_MALFORMED;
    }

    rc = read_parts(state, handle, mem, out);
    if (handle != state->urlu) {
        real.curl_url_cleanup(handle);
    }

    return rc;
}

read_rc_t
request_read_plain(const char *url, const ss_mem_t *mem, outgoing_t *out)
{
    state_t state = { .url = (char *) (uintptr_t) url };

    *out = (outgoing_t){ .userinfo = { NULL, 0 } };

    return request_read_url(&state, mem, out);
}

int
request_url_is_ours(const ss_engine_t *engine, const char *url)
{
    ss_arena_t arena;
    ss_mem_t mem;
    outgoing_t out;
    int ours = 0;

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    if (request_read_plain(url, &mem, &out) == READ_OK) {
        ours =
            ss_engine_serves(engine, out.request.scheme, out.request.authority);
    }
    ss_arena_release(&arena);

    return ours;
}
