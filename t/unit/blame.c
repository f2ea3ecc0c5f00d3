#include "blame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSONAPI "application/vnd.api+json"
#define JSON "application/json"

/* Answers of which the status says all; of successes that of a wrong type. */
static const unsigned statuses[] = {
    200, 400, 401, 403, 404, 405, 406, 409, 411, 413, 414,
    415, 418, 422, 423, 426, 429, 431, 500, 502, 503, 504,
};

static const char *const errors[] = {
    "invalid_client",         "invalid_grant",       "invalid_request",
    "unauthorized_client",    "invalid_scope",       "invalid_token",
    "unsupported_grant_type", "insufficient_scope",  "access_denied",
    "invalid_redirect_uri",   "something_different",
};

static const unsigned codes[] = {
    100, 101, 102, 103, 104, 105, 106, 107, 109, 110, 112, 114, 115, 116,
    117, 118, 119, 120, 121, 122, 123, 131, 400, 403, 404, 406, 415, 423,
};

static const char *const details[] = {
    "x - has already been taken",
    "x - can't be blank",
    "x must exist",
    "id is not allowed.",
    "x is not allowed.",
    "x is not an allowed page parameter.",
};

typedef struct {
    const ss_engine_t *engine;
    const ss_request_t *request;
    const ss_result_t *came;
    const ss_result_t *left;
    test_mem_t *mem;
    const char *wrong;
} blame_t;

static ss_str_t
explain(blame_t *blame, const ss_result_t *result,
        const ss_response_t *response)
{
    ss_mem_t m = test_mem(blame->mem);
    ss_explanation_t explanation;
    ss_str_t text;

    if (ss_explain(blame->engine, blame->request, result, response, &m,
                   &explanation)
            != SS_OK
        || ss_explanation_text(&explanation, "# ", &m, &text) != SS_OK) {
        abort();
    }

    return text;
}

static void
tell(blame_t *blame, unsigned status, ss_str_t body, ss_str_t came,
     ss_str_t left)
{
    size_t size = came.len + left.len + body.len + 64;
    ss_mem_t m = test_mem(blame->mem);
    char *text = m.alloc(m.ctx, size);

    snprintf(text, size, "answer %u %.*s:\n%.*s# but then:\n%.*s", status,
             SS_FMT(body), SS_FMT(came), SS_FMT(left));
    blame->wrong = text;
}

static void
answer(blame_t *blame, unsigned status, const char *type, const char *body)
{
    ss_header_t header = { SS_STR("Content-Type"), ss_cstr(type) };
    ss_response_t response = { .status = status,
                               .headers = &header,
                               .header_count = 1,
                               .body = ss_cstr(body),
                               .body_complete = 1 };
    ss_str_t came, left;

    if (blame->wrong != NULL) {
        return;
    }

    came = explain(blame, blame->came, &response);
    left = explain(blame, blame->left, &response);
    if (!ss_eq(came, left)) {
        tell(blame, status, response.body, came, left);
    }
}

static void
answer_error(blame_t *blame, unsigned status, unsigned code, const char *detail)
{
    char body[160];

    snprintf(body, sizeof(body),
             "{\"errors\":[{\"code\":\"%u\",\"detail\":\"%s\"}]}", code,
             detail);
    answer(blame, status, JSONAPI, body);
}

#define EACH(i, array)                                                         \
    (size_t i = 0; i < sizeof(array) / sizeof((array)[0]); i++)

static void
answer_all(blame_t *blame)
{
    char body[64];

    for
        EACH(i, statuses)
        {
            answer(blame, statuses[i], "text/plain", "x");
            answer(blame, statuses[i], "text/html", "<html>");
        }

    for
        EACH(i, errors)
        {
            snprintf(body, sizeof(body), "{\"error\":\"%s\"}", errors[i]);
            answer(blame, 400, JSON, body);
            answer(blame, 401, JSON, body);
            answer(blame, 403, JSON, body);
        }

    for
        EACH(i, codes)
        {
            answer_error(blame, codes[i] < 400 ? 400 : codes[i], codes[i], "x");
            answer_error(blame, 422, codes[i], "x");
        }

    for
        EACH(i, details)
        {
            answer_error(blame, 422, 100, details[i]);
            answer_error(blame, 400, 105, details[i]);
        }
}

static bool
is_among(const ss_finding_t *finding, const ss_result_t *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_finding_t *other = &result->findings[i];

        if (other->rule == finding->rule && ss_eq(other->place, finding->place)
            && ss_eq(other->message, finding->message)) {
            return true;
        }
    }

    return false;
}

/* What a repair brought to light is not in question here. */
static void
drop_new(ss_result_t *left, const ss_result_t *came, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    size_t count = 0, size = left->finding_count * sizeof(ss_finding_t);
    ss_finding_t *kept = m.alloc(m.ctx, size);

    for (size_t i = 0; i < left->finding_count; i++) {
        if (is_among(&left->findings[i], came)) {
            kept[count++] = left->findings[i];
        }
    }

    left->findings = kept;
    left->finding_count = count;
}

const char *
blame_find(const ss_engine_t *engine, const ss_request_t *leaves,
           const ss_result_t *result, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_result_t left;
    blame_t blame = { .engine = engine,
                      .request = leaves,
                      .came = result,
                      .left = &left,
                      .mem = mem };

    if (result->verdict != SS_VERDICT_REPAIRED) {
        return NULL;
    }

    if (ss_check(engine, leaves, &m, &left) != SS_OK) {
        abort();
    }
    drop_new(&left, result, mem);
    answer_all(&blame);

    return blame.wrong;
}
