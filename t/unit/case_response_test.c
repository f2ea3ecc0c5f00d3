/*
 * Cases with a response: what is an error and where it is said to be, what is
 * read, and what is said of one that fails. That those of t/causes pass is
 * tested there.
 */

#include "check.h"

#include "case_text.h"

#include <stdio.h>

/* --- errors ------------------------------------------------------------- */

#define CASE(more) "cases:\n  - name: n\n    request: GET http://a/\n" more
#define WHY "    explains: []\n"
#define FINE "    response: { status: 500 }\n"
#define MEMBER(text) CASE(WHY "    response: { status: 500, " text " }\n")

static const broken_cases_t broken[] = {
    /* the one needs the other */
    { CASE(FINE), { "f:2:5: error: a case needs explains\n" } },
    { CASE(WHY),
      { "f:2:5: error: a case needs finds\n",
        "f:2:5: error: a case needs response\n" } },
    { CASE("    finds: {}\n" WHY), { "f:2:5: error: a case needs response" } },
    { CASE(FINE "    finds: {}\n"), { "f:2:5: error: a case needs explains" } },
    { CASE(WHY "    respones: { status: 500 }\n"),
      { "f:2:5: error: a case needs finds", "f:2:5: error: a case needs resp",
        "f:5:5: error: unknown key \"respones\"; did you mean \"response\"?"
        "\n" } },
    { CASE(FINE "    explain: []\n"),
      { "f:2:5: error: a case needs explains",
        "f:5:5: error: unknown key \"explain\"; did you mean \"explains\"?"
        "\n" } },
    /* the wrong type */
    { CASE(WHY "    response: 500\n"),
      { "f:5:15: error: this must be a map of keys and values\n"
        "      response: ***\n                ^\n" } },
    { CASE(WHY "    response: [500]\n"),
      { "f:5:15: error: this must be a map" } },
    { CASE(WHY "    response:\n"), { "f:5:14: error: this must be a map" } },
    { CASE(WHY "    response: { status: [500] }\n"),
      { "f:5:25: error: this must be a single value" } },
    { MEMBER("headers: 'A: b'"), { "f:5:39: error: this must be a list" } },
    { MEMBER("headers: { A: b }"), { "f:5:39: error: this must be a list" } },
    { MEMBER("headers: [A, ': x', [b]]"),
      { "f:5:40: error: a header is \"Name: value\"",
        "f:5:43: error: a header is \"Name: value\"",
        "f:5:50: error: this must be a single value" } },
    { MEMBER("body: [x]"), { "f:5:36: error: this must be a single value" } },
    { MEMBER("body_hex: { x: y }"),
      { "f:5:40: error: this must be a single value" } },
    { MEMBER("complete: [true]"),
      { "f:5:40: error: this must be a single value" } },
    { CASE(FINE "    explains: token-expired\n"),
      { "f:5:15: error: this must be a list" } },
    { CASE(FINE "    explains: { token-expired: x }\n"),
      { "f:5:15: error: this must be a list" } },
    { CASE(FINE "    explains: [[token-expired]]\n"),
      { "f:5:16: error: this must be a single value" } },
    /* the wrong value */
    { CASE(WHY "    response: { body: x }\n"),
      { "f:5:15: error: a response needs a status\n" } },
    { CASE(WHY "    response: {}\n"),
      { "f:5:15: error: a response needs a status\n" } },
    { CASE(WHY "    response: { status: 5xx }\n"),
      { "f:5:25: error: status must be three digits\n" } },
    { CASE(WHY "    response: { status: 50 }\n"),
      { "f:5:25: error: status must be three digits" } },
    { CASE(WHY "    response: { status: 5000 }\n"),
      { "f:5:25: error: status must be three digits" } },
    { CASE(WHY "    response: { status: '099' }\n"),
      { "f:5:25: error: status must be three digits" } },
    { CASE(WHY "    response: { status: -50 }\n"),
      { "f:5:25: error: status must be three digits" } },
    { CASE(WHY "    response: { status: '' }\n"),
      { "f:5:25: error: status must be three digits" } },
    { MEMBER("complete: no"),
      { "f:5:40: error: this must be true or false\n" } },
    { MEMBER("body_hex: 1f8"), { "f:5:40: error: body_hex must be hex" } },
    { MEMBER("body_hex: 1g"), { "f:5:40: error: body_hex must be hex" } },
    { MEMBER("body_repeat: { text: x }"),
      { "f:5:43: error: body_repeat needs text and times" } },
    { MEMBER("body: x, body_hex: '00'"),
      { "f:5:15: error: more than one body\n" } },
    { MEMBER("body: x, body_repeat: { text: x, times: 2 }"),
      { "f:5:15: error: more than one body\n" } },
    /* unknown words */
    { MEMBER("code: 1"), { "f:5:30: error: unknown key \"code\"\n" } },
    { MEMBER("header: []"),
      { "f:5:30: error: unknown key \"header\"; did you mean \"headers\"?"
        "\n" } },
    { CASE(FINE "    explains: [tokn-expired]\n"),
      { "f:5:16: error: there is no such cause; docs/causes has all of them\n"
        "      explains: [tokn-expired]\n                 ^\n" } },
    { CASE(FINE "    explains: [token-expired, Token-Expired, '']\n"),
      { "f:5:31: error: there is no such cause",
        "f:5:46: error: there is no such cause" } },
    /* twice */
    { MEMBER("status: 501"), { "f:5:30: error: the key is there twice" } },
    { CASE(WHY FINE FINE), { "f:6:5: error: the key is there twice" } },
    { CASE(WHY FINE WHY), { "f:6:5: error: the key is there twice" } },
};

static void
test_broken(void **unused)
{
    (void) unused;

    check_broken(broken, sizeof(broken) / sizeof(broken[0]));
}

/* An answer may have been copied out of a log, with what is secret in it. */
static void
test_secrets_are_not_shown(void **unused)
{
    static const char *const texts[] = {
        MEMBER("headers: ['CANARY']"),
        MEMBER("headers: { Set-Cookie: CANARY }"),
        MEMBER("body: { access_token: CANARY }"),
        MEMBER("body_hex: CANARY"),
        MEMBER("complete: CANARY"),
        MEMBER("access_token: CANARY"),
        CASE(WHY "    response: CANARY\n"),
        CASE(WHY "    response: { status: CANARY }\n"),
        CASE(FINE "    explains: CANARY\n"),
        CASE(FINE "    explains: [CANARY]\n"),
        CASE(FINE "    explains:\n      - 'access_token=CANARY'\n"),
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_cases_t cases;
        ss_str_t errors;

        assert_int_equal(read_cases(&cases, texts[i], rules, &mem, &errors),
                         SS_ERR_CONFIG);
        if (memmem(errors.data, errors.len, "CANARY", 6) != NULL) {
            fail_msg("%.*s", SS_FMT(errors));
        }
        test_mem_release(&mem);
    }
}

/* --- what is read ------------------------------------------------------- */

static const struct {
    const char *yaml;
    unsigned status;
    size_t headers;
    size_t body;
    bool partial;
} responses[] = {
    { "status: 100", 100, 0, 0, false },
    { "status: 999, headers: []", 999, 0, 0, false },
    { "status: 401, headers: ['A: b', 'a:c', 'D:']", 401, 3, 0, false },
    { "status: 400, body: abc", 400, 0, 3, false },
    { "status: 400, body_hex: '0001fF'", 400, 0, 3, false },
    { "status: 400, body: abc, complete: true", 400, 0, 3, false },
    { "status: 400, body: abc, complete: false", 400, 0, 3, true },
    { "status: 400, complete: false", 400, 0, 0, true },
    /* as much as adapters keep */
    { "status: 400, body_repeat: { text: ab, times: 32768 }", 400, 0, 65536,
      false },
    { "status: 400, body_repeat: { before: x, text: ab, times: 32768 }", 400, 0,
      65536, true },
};

static void
test_responses(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++) {
        test_mem_t mem = TEST_MEM;
        const ss_response_t *response;
        ss_cases_t cases;
        ss_str_t errors;
        char yaml[400];

        snprintf(yaml, sizeof(yaml), CASE(WHY "    response: { %s }\n"),
                 responses[i].yaml);
        if (read_cases(&cases, yaml, rules, &mem, &errors) != SS_OK) {
            fail_msg("%s: %.*s", yaml, SS_FMT(errors));
        }
        response = &cases.items[0].response;

        assert_true(cases.items[0].has_response);
        assert_int_equal(response->status, responses[i].status);
        assert_int_equal(response->header_count, responses[i].headers);
        assert_int_equal(response->body.len, responses[i].body);
        assert_int_equal(response->body_complete, !responses[i].partial);
        test_mem_release(&mem);
    }
}

/* --- what is said of one that fails ------------------------------------- */

#define REFUSED(more)                                                          \
    "cases: [ { name: n, request: GET http://a/acme/v1/clients, headers: ["    \
    "'Accept: application/vnd.api+json', 'Authorization: Bearer CANARY'], "    \
    "response: { status: 401, headers: ['WWW-Authenticate: Bearer error="      \
    "\"invalid_token\", error_description=\"The access token expired\"'] "     \
    "}, explains: " more " } ]\n"
#define EXPIRED "found token-expired: the access token is expired"

static const struct {
    const char *yaml;
    const char *lines[3];
} runs[] = {
    { REFUSED("[token-expired]"), { "f:1: ok: n\n" } },
    { REFUSED("[token-expired], finds: {}"), { "f:1: ok: n\n" } },
    { REFUSED("[]"),
      { "f:1: failed: n: explains: expected nothing; " EXPIRED } },
    { REFUSED("[token-revoked]"),
      { "f:1: failed: n: explains: expected token-revoked; " EXPIRED } },
    { REFUSED("[token-expired, token-revoked]"),
      { "f:1: failed: n: explains: expected token-expired, token-revoked; "
        "found token-expired: " } },
    { REFUSED("[token-expired], finds: { accept-not-jsonapi: repaired }"),
      { "f:1: failed: n: finding: expected accept-not-jsonapi: repaired; found "
        "nothing\n" } },
    /* the words are those of causes, on one line */
    { REFUSED("[token-expired], says: ['the access token is expired', "
              "'to do: ']"),
      { "f:1: ok: n\n" } },
    { REFUSED("[token-expired], says: [nonsense]"),
      { "f:1: failed: n: says: expected \"nonsense\"; found "
        "cause: the access token is expired [token-expired]   to do: get " } },
    /* nothing to explain */
    { "cases: [ { name: n, request: GET http://c/, response: { status: 200 }, "
      "explains: [token-expired] } ]\n",
      { "f:1: failed: n: explains: expected token-expired; found nothing\n" } },
};

static ss_case_run_t
run_first(const char *yaml, test_mem_t *mem, ss_cases_t *cases)
{
    ss_mem_t m = test_mem(mem);
    ss_case_run_t run;
    ss_str_t errors;

    if (read_cases(cases, yaml, rules, mem, &errors) != SS_OK) {
        fail_msg("%s: %.*s", yaml, SS_FMT(errors));
    }
    assert_int_equal(ss_case_run(&cases->items[0], &m, &run), SS_OK);

    return run;
}

static void
test_runs(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_cases_t cases;
        ss_case_run_t run = run_first(runs[i].yaml, &mem, &cases);
        ss_str_t text;

        assert_int_equal(ss_case_text(&cases, &cases.items[0], &run, &m, &text),
                         SS_OK);
        if (!lines_are(text, runs[i].lines, 3)) {
            fail_msg("for:\n%sgot:\n%.*s", runs[i].yaml, SS_FMT(text));
        }
        assert_null(memmem(text.data, text.len, "CANARY", 6));
        test_mem_release(&mem);
    }
}

/* Only a case with a response has an explanation. */
static void
test_json(void **unused)
{
    static const struct {
        const char *yaml;
        const char *part;
    } texts[] = {
        { REFUSED("[token-expired]"),
          ",\"findings\":[],\"explanation\":[{\"cause\":\"token-expired\","
          "\"message\":\"" },
        { REFUSED("[]"),
          "\"differences\":[{\"what\":\"explains\",\"expected\":\"nothing\","
          "\"found\":\"token-expired: " },
        { "cases: [ { name: n, request: GET http://c/, response: { status: "
          "200 }, explains: [] } ]\n",
          "\"findings\":[],\"explanation\":[],\"differences\":[]}" },
        { "cases: [ { name: n, request: GET http://c/, finds: {} } ]\n",
          "\"findings\":[],\"differences\":[]}" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_cases_t cases;
        ss_case_run_t run = run_first(texts[i].yaml, &mem, &cases);
        ss_str_t text;

        assert_int_equal(ss_case_json(&cases, &cases.items[0], &run, &m, &text),
                         SS_OK);
        if (memmem(text.data, text.len, texts[i].part, strlen(texts[i].part))
            == NULL) {
            fail_msg("%.*s", SS_FMT(text));
        }
        test_mem_release(&mem);
    }
}

static void
test_no_memory(void **unused)
{
    static const run_cases_t texts[] = {
        { REFUSED("[token-revoked], says: [x]"), SS_OK },
        { REFUSED("[none]"), SS_ERR_CONFIG },
        { MEMBER("body_hex: '00', headers: ['A: b']"), SS_OK },
        { MEMBER("body_repeat: { text: ab, times: 40000 }"), SS_OK },
    };

    (void) unused;

    check_no_memory(texts, sizeof(texts) / sizeof(texts[0]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_secrets_are_not_shown),
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
