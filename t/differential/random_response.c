#include "random_response.h"

#include <stdlib.h>

#include "text/ss_str.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define PICK(random, list) list[random_roll(random, COUNT(list))]

static bool
chance(random_t *random, uint32_t of_a_hundred)
{
    return random_roll(random, 100) < of_a_hundred;
}

/* --- words -------------------------------------------------------------- */

static const unsigned statuses[] = {
    400, 400, 400, 400, 401, 401, 401, 403, 403, 404, 404, 406,
    415, 422, 422, 405, 409, 413, 418, 423, 429, 429, 500, 501,
    502, 503, 504, 599, 999, 200, 200, 201, 204, 302, 304,
};

static const char *const types[] = {
    "application/vnd.api+json",
    "application/vnd.api+json",
    "application/vnd.api+json; charset=utf-8",
    "APPLICATION/Vnd.Api+Json",
    "application/json",
    "application/json; charset=utf-8",
    "text/html; charset=utf-8",
    "text/plain",
    "application/problem+json",
};

static const char *const challenges[] = {
    "Bearer realm=\"Doorkeeper\", error=\"invalid_token\", "
    "error_description=\"The access token expired\"",
    "Bearer realm=\"Doorkeeper\", error=\"invalid_token\", "
    "error_description=\"The access token was revoked\"",
    "Bearer realm=\"Doorkeeper\", error=\"invalid_token\", "
    "error_description=\"The access token is invalid\"",
    "Bearer realm=\"Doorkeeper\", error=\"invalid_client\", "
    "error_description=\"Client authentication failed\"",
    "Bearer error=\"insufficient_scope\"",
    "Bearer error=\"",
    "Basic realm=\"x\"",
};

static const char *const codings[] = { "gzip", "br", "identity" };
static const char *const delays[] = { "0", "30", "86400", "soon",
                                      "Wed, 21 Oct 2030 07:28:00 GMT" };

static const char *const codes[] = {
    "\"100\"", "\"100\"", "\"101\"", "\"102\"", "\"103\"",
    "\"104\"", "\"105\"", "\"105\"", "\"106\"", "\"107\"",
    "\"109\"", "\"110\"", "\"112\"", "\"114\"", "\"115\"",
    "\"116\"", "\"117\"", "\"118\"", "\"119\"", "\"120\"",
    "\"121\"", "\"122\"", "\"123\"", "\"400\"", "\"403\"",
    "\"404\"", "\"406\"", "\"415\"", "\"423\"", "\"500\"",
    "105",     "null",    "-1",      "\"\"",    "\"FILTER_NOT_ALLOWED\"",
};

static const char *const details[] = {
    "name - has already been taken",
    "project-name - can't be blank",
    "client - must exist",
    "amount - is not a number",
    "project is not a valid resource.",
    "abc is not a valid value for id.",
    "project_name is not allowed.",
    "id is not allowed.",
    "The required parameter, data, is missing.",
    "active is not allowed.",
    "page is not a valid page.",
    "The record identified by 7 could not be found.",
    "All requests must use the 'application/vnd.api+json' Accept",
    "unexpected token at '{'",
    "a \\\"b\\\" \\u0007 \\u00e9 \\ud83d\\ude00",
    "",
};

static const char *const pointers[] = {
    "/data/attributes/name",       "/data/attributes/project-name",
    "/data/relationships/client",  "/data",
    "/data/attributes/a b\\u0007", "",
};

static const char *const parameters[] = { "filter", "filter[active]", "page",
                                          "sort",   "include",        "q" };

static const char *const oauth_errors[] = {
    "invalid_client",
    "invalid_client",
    "invalid_grant",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "invalid_token",
    "unsupported_grant_type",
    "access_denied",
    "invalid_redirect_uri",
    "slow_down",
    "",
};

static const char *const descriptions[] = {
    "Client authentication failed due to unknown client, no client "
    "authentication included, or unsupported authentication method.",
    "The provided authorization grant is invalid, expired, revoked, does not "
    "match the redirection URI used in the authorization request, or was "
    "issued to another client.",
    "Missing required parameter: grant_type.",
    "The access token expired",
    "no",
    "",
};

static const char *const pages[] = {
    "<!DOCTYPE html><title>x</title>",
    "<html>Access denied",
    "HTTP Token: Access denied.\n",
    "[{\"errors\":[]}]",
    "null",
    "{}",
    " ",
    "",
    "",
};

/* --- bodies ------------------------------------------------------------- */

static void
add_member(ss_buf_t *buf, const char *name)
{
    if (buf->len > 0 && buf->data[buf->len - 1] != '{') {
        ss_buf_addc(buf, ',');
    }
    ss_buf_addc(buf, '"');
    ss_buf_adds(buf, name);
    ss_buf_adds(buf, "\":");
}

static void
add_string(ss_buf_t *buf, const char *name, const char *value)
{
    add_member(buf, name);
    ss_buf_addc(buf, '"');
    ss_buf_adds(buf, value);
    ss_buf_addc(buf, '"');
}

static void
add_error(random_t *random, ss_buf_t *buf)
{
    ss_buf_addc(buf, '{');
    if (chance(random, 80)) {
        add_string(buf, "detail", PICK(random, details));
    }
    if (chance(random, 85)) {
        add_member(buf, "code");
        ss_buf_adds(buf, PICK(random, codes));
    }
    if (chance(random, 30)) {
        add_string(buf, "title", PICK(random, details));
    }
    if (chance(random, 40)) {
        bool pointer = chance(random, 60);

        add_member(buf, "source");
        ss_buf_addc(buf, '{');
        add_string(buf, pointer ? "pointer" : "parameter",
                   pointer ? PICK(random, pointers) : PICK(random, parameters));
        ss_buf_addc(buf, '}');
    }
    ss_buf_addc(buf, '}');
}

static void
add_jsonapi(random_t *random, ss_buf_t *buf)
{
    static const char *const metas[] = { "{}", "{\"a\":[{}]}", "null" };
    bool meta = chance(random, 20);

    ss_buf_addc(buf, '{');
    if (meta && chance(random, 50)) {
        add_member(buf, "meta");
        ss_buf_adds(buf, PICK(random, metas));
        meta = false;
    }
    add_member(buf, "errors");
    ss_buf_addc(buf, '[');
    for (uint32_t n = random_roll(random, 8) % 6; n > 0; n--) {
        add_error(random, buf);
        ss_buf_adds(buf, n > 1 ? ", " : "");
    }
    ss_buf_addc(buf, ']');
    if (meta) {
        add_member(buf, "meta");
        ss_buf_adds(buf, PICK(random, metas));
    }
    ss_buf_addc(buf, '}');
}

static void
add_oauth(random_t *random, ss_buf_t *buf)
{
    ss_buf_addc(buf, '{');
    add_string(buf, "error", PICK(random, oauth_errors));
    if (chance(random, 80)) {
        add_string(buf, "error_description", PICK(random, descriptions));
    }
    ss_buf_addc(buf, '}');
}

/* What goes wrong on the way: a byte is another, the end is missing, there is
   more than is kept. */
static ss_str_t
spoiled(random_t *random, ss_buf_t *buf)
{
    ss_str_t text;

    if (chance(random, 2)) {
        while (buf->len < 70000) {
            ss_buf_adds(buf, "                                ");
        }
    }
    if (ss_buf_done(buf, &text) != SS_OK) {
        abort();
    }

    if (text.len > 0 && chance(random, 8)) {
        buf->data[random_roll(random, (uint32_t) text.len)] =
            (uint8_t) random_roll(random, 256);
    }
    if (text.len > 0 && chance(random, 8)) {
        text.len = random_roll(random, (uint32_t) text.len);
    }

    return text;
}

static ss_str_t
random_body(random_t *random, const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    if (chance(random, 3)) {
        ss_buf_adds(&buf, "\xEF\xBB\xBF");
    }
    if (chance(random, 55)) {
        add_jsonapi(random, &buf);
    } else if (chance(random, 55)) {
        add_oauth(random, &buf);
    } else {
        ss_buf_adds(&buf, PICK(random, pages));
    }

    return spoiled(random, &buf);
}

/* --- headers ------------------------------------------------------------ */

static void
add_header(ss_response_t *response, ss_header_t *headers, const char *name,
           const char *value)
{
    headers[response->header_count++] =
        (ss_header_t){ ss_cstr(name), ss_cstr(value) };
}

static void
add_headers(random_t *random, ss_response_t *response, const ss_mem_t *mem)
{
    ss_header_t *headers = ss_alloc(mem, 6, sizeof(*headers));

    if (headers == NULL) {
        abort();
    }
    response->headers = headers;

    if (chance(random, 20)) {
        add_header(response, headers, "X-Request-Id", "0");
    }
    if (chance(random, 90)) {
        add_header(response, headers, "Content-Type", PICK(random, types));
    }
    while (response->header_count < 4
           && chance(random, response->status == 401 ? 50 : 5)) {
        add_header(response, headers, "WWW-Authenticate",
                   PICK(random, challenges));
    }
    if (chance(random, response->status == 429 ? 60 : 5)) {
        add_header(response, headers, "Retry-After", PICK(random, delays));
    }
    if (chance(random, 5)) {
        add_header(response, headers, "Content-Encoding",
                   PICK(random, codings));
    }
}

ss_response_t
random_response(random_t *random, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_response_t response = { .status = PICK(random, statuses) };

    add_headers(random, &response, &m);
    response.body = SS_STR("");
    response.body_complete = 1;
    if (response.status != 204 && response.status != 304) {
        response.body = random_body(random, &m);
        response.body_complete = !chance(random, 5);
    }

    return response;
}
