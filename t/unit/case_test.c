/*
 * What a case lets pass, and what is said of one that fails. That the cases of
 * t/cases pass is tested there.
 */

#include "check.h"

#include "case_text.h"

#include <stdio.h>

/* --- what a case lets pass ---------------------------------------------- */

/* Two rules find something here: account-slug-missing and accept-not-jsonapi.
 */
#define AUTH "'Authorization: Bearer t'"
#define GET                                                                    \
    "cases: [ { name: n, request: GET http://a/v1/clients, headers: [" AUTH "]"
#define SLUG ", finds: { account-slug-missing: repaired }"
#define BOTH                                                                   \
    ", finds: { account-slug-missing: repaired, accept-not-jsonapi: repaired " \
    "}"
#define PATH "request: GET http://a/acme/v1/clients"
#define ACCEPT "headers: [" AUTH ", 'Accept: application/vnd.api+json']"

/* A case, and the beginnings of the lines about it; none: it passes. */
static const struct {
    const char *yaml;
    const char *config;
    const char *lines[5];
} runs[] = {
    { GET SLUG " } ]\n", rules, { "f:1: ok: n\n" } },
    { GET BOTH ", only: true, leaves: { " PATH ", " ACCEPT " } } ]\n",
      rules,
      { "f:1: ok: n\n" } },
    { GET SLUG ", only: true, leaves: { " PATH ", " ACCEPT " } } ]\n",
      rules,
      { "f:1: failed: n: finding: expected no other; found "
        "accept-not-jsonapi: repaired: header Accept: " } },
    { "only: true\n" GET SLUG ", leaves: { " PATH ", " ACCEPT " } } ]\n",
      rules,
      { "f:2: failed: n: finding: expected no other" } },
    { "only: true\n" GET SLUG ", only: false } ]\n", rules, { "f:2: ok: n" } },
    /* finds nothing means that there is nothing */
    { GET ", finds: {} } ]\n",
      rules,
      { "f:1: failed: n: finding: expected no other; found account-slug-missing"
        ": repaired: path: ",
        "f:1: failed: n: finding: expected no other; found accept-not-jsonapi",
        "f:1: failed: n: leaves: expected path /v1/clients; found path "
        "/acme/v1/clients\n",
        "f:1: failed: n: leaves: expected no header; found header Accept: "
        "application/vnd.api+json\n" } },
    { GET ", only: false, finds: {} } ]\n",
      rules,
      { "f:1: failed: ", "f:1: failed: ", "f:1: failed: ", "f:1: failed: " } },
    { GET ", finds: { account-slug-missing: would-repair } } ]\n",
      rules,
      { "f:1: failed: n: finding: expected account-slug-missing: would-repair; "
        "found account-slug-missing: repaired: path: " } },
    { GET ", finds: { token-method: repaired } } ]\n",
      rules,
      { "f:1: failed: n: finding: expected token-method: repaired; found "
        "nothing\n" } },
    { GET ", finds: { account-slug-missing: [repaired, reported] } } ]\n",
      rules,
      { "f:1: failed: n: finding: expected account-slug-missing: reported, "
        "repaired; found account-slug-missing: repaired: " } },
    { GET ", finds: { account-slug-missing: [] } } ]\n",
      rules,
      { "f:1: failed: n: finding: expected account-slug-missing: nothing; "
        "found account-slug-missing: repaired: " } },
    { GET ", finds: { token-method: [] } } ]\n", rules, { "f:1: ok: n" } },
    { GET SLUG ", says: [before /v1, after, \"\\xff\"] } ]\n",
      rules,
      { "f:1: failed: n: says: expected \"after\"; found account-slug",
        "f:1: failed: n: says: expected \"\xc3\xbf\"; found " } },
    /* of leaves only what is spoken of is compared */
    { GET SLUG ", leaves: { " PATH " } } ]\n", rules, { "f:1: ok: n" } },
    { GET SLUG ", leaves: { " ACCEPT " } } ]\n", rules, { "f:1: ok: n" } },
    { GET SLUG ", leaves: { body: '' } } ]\n", rules, { "f:1: ok: n" } },
    { GET SLUG ", leaves: { body: x } } ]\n",
      rules,
      { "f:1: failed: n: leaves: expected body x; found no body\n" } },
    { GET SLUG ", leaves: { request: 'PUT https://b/v1/me?a' } } ]\n",
      rules,
      { "f:1: failed: n: leaves: expected method PUT; found method GET\n",
        "f:1: failed: n: leaves: expected origin https://b; found origin "
        "http://a\n",
        "f:1: failed: n: leaves: expected path /v1/me; found path /acme",
        "f:1: failed: n: leaves: expected query ?a; found no query\n" } },
    /* nothing differs */
    { GET SLUG ", leaves: {} } ]\n",
      rules,
      { "f:1: failed: n: leaves: expected path ",
        "f:1: failed: n: leaves: expected no header; " } },
    { GET SLUG ", answer: { status: 404 } } ]\n",
      rules,
      { "f:1: failed: n: answer: expected status 404; found no rejection\n" } },
#define REJECT ", config: { rules: { account-slug-missing: reject } }"
#define REJECTED REJECT ", finds: { account-slug-missing: rejected }"
    { GET REJECTED " } ]\n", rules, { "f:1: ok: n" } },
    { GET REJECTED ", answer: { status: 404 } } ]\n", rules, { "f:1: ok: n" } },
    { GET REJECTED ", answer: { status: 400 } } ]\n",
      rules,
      { "f:1: failed: n: answer: expected status 400; found status 404\n" } },
    { GET REJECTED ", answer: { status: 404, code: other } } ]\n",
      rules,
      { "f:1: failed: n: answer: expected \"other\"; found an answer without "
        "it\n" } },
    /* a name may be anything */
    { "cases: [ { name: \"a\\x9b\", request: GET http://c/, finds: {} } ]\n",
      rules,
      { "f:1: ok: a\\xc2\\x9b\n" } },
};

static ss_str_t
run_first(const char *yaml, const char *config, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_str_t text = SS_STR(""), errors;
    ss_case_run_t run;
    ss_cases_t cases;

    if (read_cases(&cases, yaml, config, mem, &errors) != SS_OK) {
        fail_msg("%s: %.*s", yaml, SS_FMT(errors));
    }
    assert_int_equal(ss_case_run(&cases.items[0], &m, &run), SS_OK);
    assert_int_equal(ss_case_text(&cases, &cases.items[0], &run, &m, &text),
                     SS_OK);

    return text;
}

static void
test_runs(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_str_t text = run_first(runs[i].yaml, runs[i].config, &mem);

        if (!lines_are(text, runs[i].lines, 5)) {
            fail_msg("for:\n%sgot:\n%.*s", runs[i].yaml, SS_FMT(text));
        }
        test_mem_release(&mem);
    }
}

/* Whatever differs, no value of a secret is in what is said of it. */
static void
test_masked(void **unused)
{
#define TOKEN                                                                  \
    "cases:\n  - name: n\n    request: POST http://b/oauth/token\n"            \
    "    finds: { token-method: [] }\n"
    static const char *const texts[] = {
        TOKEN "    headers: ['Authorization: Bearer CANARY']\n"
              "    leaves: { headers: ['Authorization: Basic CANARY'] }\n",
        TOKEN "    headers: ['X: y', 'Cookie: CANARY']\n"
              "    leaves: { headers: ['X: y', 'Cookie: CANARY2'] }\n",
        TOKEN "    leaves: { request: POST http://b/?client_secret=CANARY }\n",
        TOKEN "    leaves: { request: 'POST http://b/oauth&code=CANARY' }\n",
        TOKEN "    leaves: { request: 'POST http://u:CANARY@b/oauth/token' }\n",
        TOKEN "    headers: &form ['Content-Type: "
              "application/x-www-form-urlencoded']\n"
              "    body: 'grant_type=password&password=CANARY'\n"
              "    leaves: { body: 'grant_type=password&password=CANARY2' }\n",
        TOKEN "    body: '{\"client_secret\":\"CANARY\"}'\n"
              "    leaves: { body: '{\"client_secret\":\"CANARY2\"}' }\n",
        TOKEN "    body: CANARY\n    leaves: { body: CANARY2 }\n",
        "cases:\n  - name: n\n    request: POST http://a/acme/v1/clients\n"
        "    finds: { token-method: [] }\n"
        "    body: '{\"password\":\"CANARY\"}'\n    leaves: { body: '' }\n",
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_str_t text = run_first(texts[i], rules, &mem);

        assert_non_null(memmem(text.data, text.len, ": leaves: ", 10));
        if (memmem(text.data, text.len, "CANARY", 6) != NULL) {
            fail_msg("%.*s", SS_FMT(text));
        }
        test_mem_release(&mem);
    }
}

/* Nor is one of the case's own words, in either form. */
static void
test_redacted(void **unused)
{
    static const char *const texts[] = {
        "cases: [ { name: 'Bearer CANARY1', request: GET http://b/, finds: "
        "{} } ]\n",
        "cases: [ { name: 'client_secret=CANARY', request: GET http://b/, "
        "finds: {} } ]\n",
        "cases: [ { name: n, request: GET http://a/v1/clients, finds: { "
        "token-method: [] }, says: ['Bearer CANARY1'] } ]\n",
        "cases: [ { name: n, request: GET http://a/v1/clients, finds: { "
        "token-method: [] }, says: ['password=CANARY'] } ]\n",
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_case_run_t run;
        ss_cases_t cases;
        ss_str_t text, errors;

        assert_int_equal(read_cases(&cases, texts[i], rules, &mem, &errors),
                         SS_OK);
        assert_int_equal(ss_case_run(&cases.items[0], &m, &run), SS_OK);
        assert_int_equal(ss_case_text(&cases, &cases.items[0], &run, &m, &text),
                         SS_OK);
        assert_null(memmem(text.data, text.len, "CANARY", 6));
        assert_int_equal(ss_case_json(&cases, &cases.items[0], &run, &m, &text),
                         SS_OK);
        assert_null(memmem(text.data, text.len, "CANARY", 6));
        test_mem_release(&mem);
    }
}

/* A long text is cut to where it differs. */
static void
test_long(void **unused)
{
    test_mem_t mem = TEST_MEM;
    char yaml[3000], dots[601];
    ss_str_t text = run_first(
        "cases:\n  - name: n\n    request: POST http://a/acme/v1/clients\n"
        "    finds: { token-method: [] }\n"
        "    body_repeat: { before: x, text: abcdefghij, times: 100000 }\n"
        "    leaves: { body_hex: '78616263' }\n",
        rules, &mem);

    (void) unused;

    assert_true(text.len < 600);
    assert_non_null(memmem(text.data, text.len, "fghi...\n", 8));

    memset(dots, '.', sizeof(dots) - 1);
    dots[sizeof(dots) - 1] = '\0';
    snprintf(
        yaml, sizeof(yaml),
        "cases: [ { name: n, request: GET http://a/v1/me?a=%s1%s, finds: { "
        "token-method: [] }, leaves: { request: GET http://a/v1/me?a=%s2%s "
        "} } ]\n",
        dots, dots, dots, dots);
    text = run_first(yaml, rules, &mem);
    assert_true(text.len < 600);
    assert_non_null(memmem(text.data, text.len, "expected query ...", 18));
    assert_non_null(memmem(text.data, text.len, ".2.", 3));
    assert_non_null(memmem(text.data, text.len, ".1.", 3));
    test_mem_release(&mem);
}

/* --- memory and forms --------------------------------------------------- */

static void
test_no_memory(void **unused)
{
    static const run_cases_t texts[] = {
        { "shared: [ &h ['Accept: x', 'Authorization: Bearer y'] ]\n"
          "config: 'limits: { body: 1k }'\n"
          "cases: [ { name: n, request: 'POST http://a/v1/clients?a', headers: "
          "*h, says: [x], config: { rules: { account-slug-missing: reject } }, "
          "finds: { account-slug-missing: [] }, only: true, answer: { status: "
          "300, code: x }, leaves: { headers: [], body: x, request: 'PUT "
          "http://b/&a' }, body_repeat: { text: x, times: 300 } } ]\n",
          SS_OK },
        { "cases: [ { name: n, bdy: x } ]\n", SS_ERR_CONFIG },
        { "cases: [ { name: n, config: 'rules: { a: off }' } ]\n",
          SS_ERR_CONFIG },
    };

    (void) unused;

    check_no_memory(texts, sizeof(texts) / sizeof(texts[0]));
}

static void
test_json(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_case_run_t run;
    ss_cases_t cases;
    ss_str_t text, errors;

    (void) unused;

    assert_int_equal(
        read_cases(
            &cases,
            "cases: [ { name: '\"q\"', request: GET http://a/v1/me, " ACCEPT
            ", "
            "finds: { token-method: repaired } } ]\n",
            rules, &mem, &errors),
        SS_OK);
    assert_int_equal(ss_case_run(&cases.items[0], &m, &run), SS_OK);
    assert_int_equal(ss_case_json(&cases, &cases.items[0], &run, &m, &text),
                     SS_OK);
    assert_str(text, "{\"file\":\"f\",\"line\":1,\"name\":\"\\\"q\\\"\","
                     "\"ok\":false,\"verdict\":\"pass\",\"kind\":\"api\","
                     "\"findings\":[],\"differences\":[{\"what\":\"finding\","
                     "\"expected\":\"token-method: repaired\",\"found\":"
                     "\"nothing\"}]}");
    test_mem_release(&mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),      cmocka_unit_test(test_masked),
        cmocka_unit_test(test_redacted),  cmocka_unit_test(test_long),
        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
