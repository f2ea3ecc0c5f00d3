/* Explanations put into bodies, and the edges of what cases cannot say. */

#include "check.h"
#include "support.h"

static ss_cause_t cause = { NULL, { NULL, 0 }, { NULL, 0 } };

static ss_explanation_t
one_cause(void)
{
    cause = (ss_cause_t){ ss_cause_find(SS_STR("token-expired")),
                          SS_STR("a \"b\""), SS_STR("c") };

    return (ss_explanation_t){ &cause, 1 };
}

#define CAUSES                                                                 \
    "\"scopestack\":{\"causes\":[{\"cause\":\"token-expired\",\"message\":"    \
    "\"a \\\"b\\\"\",\"fix\":\"c\",\"doc\":\"https://docs.scopestack.io/"      \
    "help/integrations/api-auth-troubleshooting#token-expired\"}]}"

#define JSONAPI "application/vnd.api+json"
#define JSON "application/json; charset=utf-8"

static const struct {
    const char *type;
    const char *coding;
    const char *body;
    const char *becomes; /* NULL: left alone */
} bodies[] = {
    { JSONAPI, NULL, "{\"errors\":[]}",
      "{\"errors\":[],\"meta\":{" CAUSES "}}" },
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":{}}",
      "{\"errors\":[],\"meta\":{" CAUSES "}}" },
    { JSONAPI, NULL, "{\"meta\":{\"a\":[1, {}]} , \"errors\":[]}\n",
      "{\"meta\":{\"a\":[1, {}]," CAUSES "} , \"errors\":[]}\n" },
    { JSONAPI, NULL, " { \"errors\" : [ ] } \r\n\t",
      " { \"errors\" : [ ] ,\"meta\":{" CAUSES "}} \r\n\t" },
    { JSONAPI "; charset=utf-8", "identity", "\xEF\xBB\xBF{\"errors\":[]}",
      "\xEF\xBB\xBF{\"errors\":[],\"meta\":{" CAUSES "}}" },
    { "APPLICATION/VND.API+JSON", NULL, "{\"errors\":[{\"meta\":{}}]}",
      "{\"errors\":[{\"meta\":{}}],\"meta\":{" CAUSES "}}" },
    { JSON, NULL, "{\"error\":\"invalid_client\"}",
      "{\"error\":\"invalid_client\"," CAUSES "}" },
    { JSON, NULL, "{\"error\":\"x\" , \"meta\":{}} ",
      "{\"error\":\"x\" , \"meta\":{}," CAUSES "} " },
    /* the member is there, or its place is taken */
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":{\"scopestack\":1}}", NULL },
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":{\"scope\\u0073tack\":1}}",
      NULL },
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":null}", NULL },
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":[]}", NULL },
    { JSON, NULL, "{\"error\":\"x\",\"scopestack\":null}", NULL },
    /* no such object */
    { JSONAPI, NULL, "", NULL },
    { JSONAPI, NULL, "{}", NULL },
    { JSONAPI, NULL, "[{\"errors\":[]}]", NULL },
    { JSONAPI, NULL, "{\"errors\":{}}", NULL },
    { JSONAPI, NULL, "{\"error\":\"x\"}", NULL },
    { JSON, NULL, "{\"errors\":[]}", NULL },
    { JSON, NULL, "{\"error\":{}}", NULL },
    /* not well-formed */
    { JSONAPI, NULL, "{\"errors\":[],\"errors\":[]}", NULL },
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":{\"a\":1,\"a\":2}}", NULL },
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":{},\"meta\":{}}", NULL },
    { JSONAPI, NULL, "{\"errors\":[]", NULL },
    { JSONAPI, NULL, "{\"errors\":[],\"meta\":{", NULL },
    { JSONAPI, NULL, "{\"errors\":[]}{}", NULL },
    { JSONAPI, NULL, "{\"errors\":[\"\xFF\"]}", NULL },
    /* another coding, another media type */
    { JSONAPI, "gzip", "{\"errors\":[]}", NULL },
    { "text/html", NULL, "{\"errors\":[]}", NULL },
    { "", NULL, "{\"errors\":[]}", NULL },
    { "application/problem+json", NULL, "{\"error\":\"x\"}", NULL },
};

typedef struct {
    ss_header_t headers[2];
    ss_response_t response;
} made_t;

static void
make(made_t *made, size_t i)
{
    made->headers[0] =
        (ss_header_t){ SS_STR("content-type"), ss_cstr(bodies[i].type) };
    made->headers[1] = (ss_header_t){
        SS_STR("Content-Encoding"),
        ss_cstr(bodies[i].coding != NULL ? bodies[i].coding : "")
    };
    made->response = (ss_response_t){
        .status = 400,
        .headers = made->headers,
        .header_count = bodies[i].coding != NULL ? 2 : 1,
        .body = ss_cstr(bodies[i].body),
        .body_complete = 1,
    };
}

static void
test_bodies(void **state)
{
    ss_explanation_t explanation = one_cause();

    (void) state;

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t body;
        made_t made;

        make(&made, i);
        made.response.body = exact(&mem, made.response.body);
        assert_int_equal(
            ss_explanation_body(&explanation, &made.response, &m, &body),
            SS_OK);
        if (bodies[i].becomes == NULL) {
            assert_null(body.data);
        } else {
            assert_int_equal(body.len, strlen(bodies[i].becomes));
            assert_memory_equal(body.data, bodies[i].becomes, body.len);
        }
        test_mem_release(&mem);
    }
}

/* Told in pieces, of a success, with nothing to tell: left alone. */
static void
test_left_alone(void **state)
{
    ss_explanation_t explanation = one_cause(), none = { NULL, 0 };
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t body;
    made_t made;

    (void) state;

    make(&made, 0);
    assert_int_equal(ss_explanation_body(&none, &made.response, &m, &body),
                     SS_OK);
    assert_null(body.data);

    made.response.body_complete = 0;
    assert_int_equal(
        ss_explanation_body(&explanation, &made.response, &m, &body), SS_OK);
    assert_null(body.data);

    made.response.body_complete = 1;
    made.response.status = 200;
    assert_int_equal(
        ss_explanation_body(&explanation, &made.response, &m, &body), SS_OK);
    assert_null(body.data);
    test_mem_release(&mem);
}

/* What a body became is left alone the next time. */
static void
test_twice(void **state)
{
    ss_explanation_t explanation = one_cause();

    (void) state;

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t body;
        made_t made;

        make(&made, i);
        assert_int_equal(
            ss_explanation_body(&explanation, &made.response, &m, &body),
            SS_OK);
        if (body.data != NULL) {
            made.response.body = body;
            assert_int_equal(
                ss_explanation_body(&explanation, &made.response, &m, &body),
                SS_OK);
            assert_null(body.data);
        }
        test_mem_release(&mem);
    }
}

static void
test_texts(void **state)
{
    ss_explanation_t explanation = one_cause(), none = { NULL, 0 };
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t text;

    (void) state;

    ss_explanation_header(&explanation, &m, &text);
    assert_true(ss_eq(
        text, SS_STR("token-expired; doc=\"https://docs.scopestack.io/help/"
                     "integrations/api-auth-troubleshooting#token-expired\"")));
    ss_explanation_text(&explanation, "> ", &m, &text);
    assert_true(ss_eq(text, SS_STR("> cause: a \"b\" [token-expired]\n"
                                   ">   to do: c\n")));
    ss_explanation_ids(&explanation, ',', &m, &text);
    assert_true(ss_eq(text, SS_STR("token-expired")));

    ss_explanation_header(&none, &m, &text);
    assert_int_equal(text.len, 0);
    ss_explanation_text(&none, "", &m, &text);
    assert_int_equal(text.len, 0);
    ss_explanation_ids(&none, ',', &m, &text);
    assert_int_equal(text.len, 0);
    ss_explanation_json(&none, &m, &text);
    assert_true(ss_eq(text, SS_STR("[]")));
    test_mem_release(&mem);
}

static void
test_registry(void **state)
{
    (void) state;

    for (size_t i = 0; i < ss_cause_count(); i++) {
        const ss_cause_info_t *info = ss_cause_at(i);

        assert_ptr_equal(ss_cause_find(ss_cstr(info->id)), info);
    }
    assert_null(ss_cause_find(SS_STR("")));
    assert_null(ss_cause_find(SS_STR("token-expire")));
}

static void
test_wants(void **state)
{
    ss_str_t html = SS_STR("text/html"), none = SS_STR("");

    (void) state;

    assert_true(ss_wants_explanation(SS_KIND_OTHER, 400, none));
    assert_true(ss_wants_explanation(SS_KIND_API, 200, html));
    assert_false(ss_wants_explanation(SS_KIND_API, 200, none));
    assert_false(ss_wants_explanation(
        SS_KIND_API, 200, SS_STR("Application/Vnd.Api+Json ; charset=x")));
    assert_false(ss_wants_explanation(SS_KIND_API, 302, html));
    assert_false(ss_wants_explanation(SS_KIND_API, 199, html));
    assert_false(ss_wants_explanation(SS_KIND_FILE, 200, html));
    assert_false(ss_wants_explanation(SS_KIND_API, 0, html));
}

/* --- messages --------------------------------------------------------------
 */

static const struct {
    const char *type;
    const char *body;
    const char *message;
} messages[] = {
    { JSON, "{\"error\":\"invalid_grant\",\"error_description\":\"a b\"}",
      "invalid_grant: a b\n" },
    { JSON, "{\"error\":\"invalid_scope\"}", "invalid_scope\n" },
    /* what speaks of a token is shown, words that may be one are not */
    { JSON,
      "{\"error\":\"invalid_token\",\"error_description\":"
      "\"The access token abc1 expired\"}",
      "invalid_token: The access token *** expired\n" },
    /* the request's own is never shown, nor a part of it */
    { JSON,
      "{\"error\":\"x\",\"error_description\":\"CANARY-in-the-r is bad\"}",
      "x\n" },
    { JSONAPI,
      "{\"errors\":[{\"code\":\"100\",\"title\":\"t\",\"detail\":\"d\","
      "\"source\":{\"pointer\":\"/data\"}},{\"title\":\"only\"},{},"
      "{\"source\":{\"parameter\":\"sort\"}},"
      "{\"code\":\"1\"},{\"code\":\"2\"},{}]}",
      "error 100: t: d (/data)\nerror: only\nerror\nerror (sort)\n"
      "and 2 more\n" },
    { "text/html", "<html><TITLE>502 Bad\nGateway</TITLE>x",
      "502 Bad\nGateway\n" },
    { "text/html", "<html>no title", "" },
    { "text/plain", "HTTP Token: Access denied.\n", "" },
    { "text/plain", "busy\x1b[0m\n", "busy\\x1b[0m\n" },
    { "text/plain", "busy \xFF\n", "(6 bytes that are not shown)\n" },
    { "application/json", "{\"client_secret\":\"abc\"}", "" },
    { "application/json", "", "" },
};

static void
test_messages(void **unused)
{
    ss_header_t header = { SS_STR("Authorization"),
                           SS_STR("Bearer CANARY-in-the-request") };
    ss_request_t request = { .headers = &header, .header_count = 1 };

    (void) unused;

    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        ss_header_t type = { SS_STR("Content-Type"),
                             ss_cstr(messages[i].type) };
        ss_response_t response = { .status = 400,
                                   .headers = &type,
                                   .header_count = 1,
                                   .body = ss_cstr(messages[i].body),
                                   .body_complete = 1 };
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t text;

        assert_int_equal(
            ss_response_message(&request, SS_KIND_API, &response, &m, &text),
            SS_OK);
        assert_str(text, messages[i].message);
        test_mem_release(&mem);
    }
}

static void
test_long_message(void **unused)
{
    ss_request_t request = { .body_state = SS_BODY_NONE };
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    uint8_t words[4096];
    ss_str_t text;

    (void) unused;

    for (size_t i = 0; i < sizeof(words); i++) {
        words[i] = i % 8 == 0 ? ' ' : 'w';
    }

    assert_int_equal(ss_mask_message(&request, SS_KIND_API,
                                     ss_str(words, sizeof(words)), &m, &text),
                     SS_OK);
    assert_int_equal(text.len, 1024 + 3);
    assert_true(ss_ends(text, SS_STR("...")));
    test_mem_release(&mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),   cmocka_unit_test(test_left_alone),
        cmocka_unit_test(test_twice),    cmocka_unit_test(test_texts),
        cmocka_unit_test(test_registry), cmocka_unit_test(test_wants),
        cmocka_unit_test(test_messages), cmocka_unit_test(test_long_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
