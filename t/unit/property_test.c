/*
 * What holds for every token request, tried on random ones: what leaves is
 * clean, and a want of memory in the JSON library is not a finding.
 */

#include "check.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "ss_params.h"

enum { ROUNDS = 20000 };

static const char config[] =
    "version: 1\n"
    "credentials:\n"
    "  - { name: c, client_id: app-I, client_secret_sha256: "
    /* of "S0" */
    "f87980c88a93c33c01a3fa5fbbacdf984c0441d0c1b51fdc4620c5935cb78716 }\n"
    "rules: { credential-confusable: repair }\n";

/* --- random requests ---------------------------------------------------- */

static uint32_t state;

static uint32_t
roll(uint32_t sides)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;

    return state % sides;
}

#define PICK(list) list[roll(sizeof(list) / sizeof((list)[0]))]

static const char *const methods[] = { "POST", "POST", "POST", "GET", "PUT" };
static const char *const names[] = { "grant_type",
                                     "grant_type",
                                     "client_id",
                                     "client_secret",
                                     "username",
                                     "password",
                                     "redirect_uri",
                                     "redirect_uri",
                                     "scope",
                                     "[a",
                                     "{",
                                     "x" };
static const char *const values[] = { "password",
                                      "Password",
                                      "client-credentials",
                                      "client_credentials",
                                      "authorization_code",
                                      "app-I",
                                      "app-l",
                                      "S0",
                                      "a",
                                      "",
                                      "%41",
                                      "a%2Bb" };
static const char *const types[] = { "application/x-www-form-urlencoded",
                                     "application/x-www-form-urlencoded",
                                     "application/json", "text/plain", "" };
static const char *const authorizations[] = {
    "",
    "",
    "Bearer t",
    "Basic YXBwLUk6UzA=",
    "Basic YXBwLWw6UzA=",
    "Basic YSUyQmI6Yw==",
    "Basic OmI=",
    "Digest x",
};

static ss_str_t
random_form(const ss_mem_t *mem)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, mem);
    for (uint32_t n = roll(7); n > 0; n--) {
        ss_buf_adds(&buf, buf.len > 0 ? "&" : "");
        ss_buf_adds(&buf, PICK(names));
        ss_buf_adds(&buf, roll(20) > 0 ? "=" : "");
        ss_buf_adds(&buf, PICK(values));
    }
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return text;
}

static ss_str_t
random_json(const ss_mem_t *mem)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, mem);
    ss_buf_adds(&buf, "{");
    for (uint32_t n = roll(5); n > 0; n--) {
        ss_buf_adds(&buf, buf.len > 1 ? ",\"" : "\"");
        ss_buf_adds(&buf, PICK(names));
        ss_buf_adds(&buf, "\":\"");
        ss_buf_adds(&buf, PICK(values));
        ss_buf_adds(&buf, "\"");
    }
    ss_buf_adds(&buf, roll(9) > 0 ? "}" : "");
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return text;
}

static ss_request_t
random_request(const ss_mem_t *mem, ss_header_t headers[2])
{
    ss_request_t request = {
        .method = ss_cstr(PICK(methods)),
        .scheme = SS_STR("https"),
        .authority = SS_STR("app.scopestack.io"),
        .path = SS_STR("/oauth/token"),
        .query = roll(2) ? random_form(mem) : SS_STR(""),
        .headers = headers,
        .body = roll(4) ? random_form(mem) : random_json(mem),
    };

    request.has_query = request.query.len > 0;
    request.body_state = request.body.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
    headers[0] = (ss_header_t){ SS_STR("Content-Type"), ss_cstr(PICK(types)) };
    request.header_count += headers[0].value.len > 0;
    headers[request.header_count] =
        (ss_header_t){ SS_STR("Authorization"), ss_cstr(PICK(authorizations)) };
    request.header_count += headers[request.header_count].value.len > 0;

    return request;
}

/* --- properties --------------------------------------------------------- */

static bool
found_again(const ss_result_t *first, const ss_result_t *again)
{
    for (size_t i = 0; i < first->finding_count; i++) {
        for (size_t k = 0; k < again->finding_count; k++) {
            if (first->findings[i].outcome == SS_REPAIRED
                && first->findings[i].rule == again->findings[k].rule
                && ss_eq(first->findings[i].message,
                         again->findings[k].message)) {
                return true;
            }
        }
    }

    return again->edit_count > 0;
}

static void
test_what_leaves_is_clean(void **unused)
{
    unsigned repaired = 0;

    (void) unused;

    for (state = 1; state < ROUNDS; state++) {
        uint32_t seed = state;
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_engine_t *engine = test_engine(&mem, SS_STR(config));
        ss_header_t headers[3];
        ss_request_t request, leaves;
        ss_result_t first, again;

        state = seed * 2654435761u | 1;
        request = random_request(&m, headers);
        assert_int_equal(ss_check(engine, &request, &m, &first), SS_OK);
        leaves = apply_edits(&mem, &request, &first);
        assert_int_equal(ss_check(engine, &leaves, &m, &again), SS_OK);
        repaired += first.edit_count > 0;

        if (found_again(&first, &again)) {
            fail_msg("seed %u: %.*s ?%.*s  %.*s", seed, SS_FMT(request.method),
                     SS_FMT(request.query), SS_FMT(request.body));
        }
        test_mem_release(&mem);
        state = seed;
    }

    assert_in_range(repaired, ROUNDS / 2, ROUNDS);
}

static size_t fail_at, asked;

static void *
failing_malloc(size_t size)
{
    if (++asked == fail_at) {
        errno = ENOMEM;
        return NULL;
    }

    return malloc(size);
}

/* Whatever allocation of jansson's fails, it is no finding: the check says that
   it has no memory, or, where jansson can do without, what it always says. */
static void
test_jansson_without_memory(void **unused)
{
    static const char *const bodies[] = {
        "{\"grant_type\":\"password\",\"client_id\":"
        "\"0123456789012345678901\"}",
        "{\"grant_type\":\"client_credentials and more of it\",\"x\":true}",
    };
    unsigned failures = 0;

    (void) unused;

    json_set_alloc_funcs(failing_malloc, free);

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        for (fail_at = 1; fail_at < 60; fail_at++) {
            test_mem_t mem = TEST_MEM;
            ss_mem_t m = test_mem(&mem);
            ss_params_t params;
            ss_request_t request = { .body = ss_cstr(bodies[i]),
                                     .body_state = SS_BODY_COMPLETE };
            int rc;

            asked = 0;
            rc = ss_params_read(&params, &request, SS_STR("application/json"),
                                &m);
            if (asked >= fail_at) {
                failures++;
                assert_int_equal(rc, SS_ERR_NOMEM);
            } else {
                assert_int_equal(rc, SS_OK);
                assert_null(params.trouble);
            }
            test_mem_release(&mem);
        }
    }

    json_set_alloc_funcs(malloc, free);
    assert_in_range(failures, 10, 120);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_leaves_is_clean),
        cmocka_unit_test(test_jansson_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
