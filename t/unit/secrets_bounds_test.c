/* What looking for a request's secrets may cost, and what is none of them. */

#include "check.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

#define DETAIL "the detail of this one"
#define ERROR "{\"code\":\"100\",\"title\":\"t\",\"detail\":\"" DETAIL "\"}"

/* Explains an answer to a token request with this body; what is said of it is
   in *text. Returns how many bytes of memory that took. */
static size_t
explain_form(ss_str_t body, ss_str_t answer, const ss_mem_t *mem,
             const ss_mem_t *counted, ss_str_t *text)
{
    const size_t *total = counted->ctx;
    ss_header_t headers[] = { { SS_STR("Content-Type"), SS_STR(FORM) } };
    ss_header_t types[] = { { SS_STR("Content-Type"), SS_STR(JSON) } };
    ss_request_t request = { .headers = headers,
                             .header_count = 1,
                             .body_state = SS_BODY_COMPLETE,
                             .body = body };
    ss_response_t response = { .status = 400,
                               .headers = types,
                               .header_count = 1,
                               .body = answer,
                               .body_complete = 1 };
    ss_explanation_t explanation;
    ss_engine_t *engine;
    ss_result_t result;
    size_t before;

    assert_int_equal(ss_engine_default(&engine, mem), SS_OK);
    assert_true(parse_target(SS_STR("POST https://app.scopestack.io/oauth/"
                                    "token"),
                             &request));
    assert_int_equal(ss_check(engine, &request, mem, &result), SS_OK);

    before = *total;
    assert_int_equal(
        ss_explain(engine, &request, &result, &response, counted, &explanation),
        SS_OK);
    before = *total - before;
    ss_explanation_text(&explanation, "", mem, text);

    return before;
}

typedef struct {
    size_t total;
    ss_mem_t mem;
} counter_t;

static void *
count(void *ctx, size_t size)
{
    counter_t *counter = ctx;

    counter->total += size;

    return counter->mem.alloc(counter->mem.ctx, size);
}

/* A form of some size whose value has forms in it that have forms. */
static ss_str_t
nested_form(const ss_mem_t *mem, size_t size)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, mem);
    ss_buf_adds(&buf, "grant_type=password&client_id=a&x=");
    for (size_t i = 0; i < size / 40; i++) {
        ss_buf_adds(&buf, "%26token%3D%26code%3Dabc%2526otp%253Dx");
        ss_buf_addu(&buf, 10 + i % 90);
    }
    ss_buf_done(&buf, &text);

    return text;
}

static void
test_bounds(void **unused)
{
    static const char answer[] =
        "{\"errors\":[" ERROR "," ERROR "," ERROR "," ERROR "]}";
    size_t took[2];

    (void) unused;

    for (size_t i = 0; i < 2; i++) {
        test_mem_t blocks = TEST_MEM;
        counter_t counter = { 0, test_mem(&blocks) };
        ss_mem_t counted = { .alloc = count, .ctx = &counter };
        ss_str_t text;

        /* few are compared, and what the service says is shown */
        (void) explain_form(nested_form(&counter.mem, 400), ss_cstr(answer),
                            &counter.mem, &counted, &text);
        assert_true(ss_has_part(text, DETAIL));

        took[i] = explain_form(nested_form(&counter.mem, 250000 << i),
                               ss_cstr(answer), &counter.mem, &counted, &text);
        assert_false(ss_has_part(text, DETAIL));
        test_mem_release(&blocks);
    }

    /* the request is read once more, all else has a bound */
    assert_in_range(took[1], 0, took[0] * 22 / 10);
    assert_in_range(took[1], 0, 2 * 500000 + 300000);
}

/* The name of a secret is none. */
static void
test_public_names(void **unused)
{
    static const char *const told[] = { "invalid_client", "unauthorized_client",
                                        "the client_secret is wrong" };
    ss_request_t request = { .body_state = SS_BODY_COMPLETE,
                             .body =
                                 SS_STR("grant_type=client_credentials&client_"
                                        "id=me&client_secret=Zq7-CANARY-k3W") };
    ss_header_t headers[] = { { SS_STR("Content-Type"), SS_STR(FORM) } };

    (void) unused;

    request.headers = headers;
    request.header_count = 1;
    assert_true(parse_target(SS_STR("POST https://app.scopestack.io/oauth/"
                                    "token?client_secret=Zq7-CANARY-k3W"),
                             &request));

    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t text;

        assert_int_equal(ss_mask_message(&request, SS_KIND_TOKEN,
                                         ss_cstr(told[i]), &m, &text),
                         SS_OK);
        assert_str(text, told[i]);
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_public_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
