/*
 * Files of cases: what is an error, where it is said to be, and which rules
 * apply to a case.
 */

#include "check.h"

#include "case_text.h"

/* --- errors ------------------------------------------------------------- */

#define CASE(more) "cases:\n  - name: n\n    request: GET http://a/\n" more
#define FINE "    finds: {}\n"

static const broken_cases_t broken[] = {
    { "", { "f:1:1: error: the file is empty\n" } },
    { "- 1\n", { "f:1:1: error: this must be a map" } },
    { "rule: token-method\n", { "f:1:1: error: a file of cases has the key" } },
    { "cases: []\n", { "f:1:8: error: there are no cases" } },
    { "cases: {}\n", { "f:1:8: error: this must be a list" } },
    { "cases:\n  - 1\n", { "f:2:5: error: this must be a map" } },
    { "cases:\n  - {}\n",
      { "f:2:5: error: a case needs name", "f:2:5: error: a case needs request",
        "f:2:5: error: a case needs finds" } },
    { "casez: 1\n" CASE(FINE),
      { "f:1:1: error: unknown key \"casez\"; did you mean \"cases\"?" } },
    { "rule: tokn-method\n" CASE(FINE),
      { "f:1:7: error: unknown rule \"tokn-method\"; did you mean "
        "\"token-method\"?\n  rule: tokn-method\n        ^\n" } },
    { "only: yes\n" CASE(FINE),
      { "f:1:7: error: this must be true or false" } },
    { CASE(FINE "    only: [core]\n"),
      { "f:5:11: error: this must be a single value" } },
    { CASE(FINE "    bdy: x\n"),
      { "f:5:5: error: unknown key \"bdy\"; did you mean \"body\"?" } },
    { CASE("    finds: { tokn-method: repaired }\n"),
      { "f:4:14: error: unknown rule \"tokn-method\"; did you mean" } },
    { CASE("    finds: { token-method: repair }\n"),
      { "f:4:28: error: unknown outcome \"repair\"; did you mean "
        "\"repaired\"?" } },
    { CASE("    finds: { token-method: [repaired, {}] }\n"),
      { "f:4:39: error: this must be a single value" } },
    { CASE("    finds: token-method\n"),
      { "f:4:12: error: this must be a map" } },
    { "cases: [ { name: n, finds: {}, request: GET /v1/me } ]\n",
      { "f:1:41: error: a request is \"METHOD scheme://host/path\"" } },
    { "cases: [ { name: n, finds: {}, request: 'GET ://a/' } ]\n",
      { "f:1:41: error: a request is" } },
    { "cases: [ { name: n, finds: {}, request: http://a/ } ]\n",
      { "f:1:41: error: a request is" } },
    { CASE(FINE "    headers: [Accept, ': x', { A: b }]\n"),
      { "f:5:15: error: a header is \"Name: value\"",
        "f:5:23: error: a header is",
        "f:5:30: error: this must be a single" } },
    { CASE(FINE "    body: a\n    body_hex: '00'\n"),
      { "f:2:5: error: more than one body" } },
    { CASE(FINE "    body_hex: '0'\n"), { "f:5:15: error: body_hex must be" } },
    { CASE(FINE "    body_hex: 0g\n"), { "f:5:15: error: body_hex must be" } },
    { CASE(FINE "    body_repeat: { text: a }\n"),
      { "f:5:18: error: body_repeat needs text and times" } },
    { CASE(FINE "    body_repeat: { text: ab, times: 99999999 }\n"),
      { "f:5:18: error: a body of more than 64 MiB" } },
    { CASE(FINE "    body_repeat: { text: a, times: 99999999999999999999 }\n"),
      { "f:5:18: error: body_repeat needs", "f:5:36: error: times must be" } },
    { CASE(FINE "    leaves: { method: PUT }\n"),
      { "f:5:15: error: unknown key \"method\"" } },
    { CASE(FINE "    answer: { code: x }\n"),
      { "f:5:13: error: an answer needs a status" } },
    { CASE(FINE "    answer: { status: 4o4 }\n"),
      { "f:5:23: error: status must be three digits" } },
    { CASE(FINE "    backends: [core, nginx]\n"),
      { "f:5:22: error: unknown backend \"nginx\"" } },
    { CASE(FINE "    says: text\n"), { "f:5:11: error: this must be a list" } },
    { CASE(FINE "    config: { mode: on, rules: { a: off } }\n"),
      { "f:5:21: error: mode must be", "f:5:34: error: unknown rule \"a\"" } },
    { CASE(FINE "    config: \"rules: { a: off }\"\n"),
      { "f:5:13: error: config, line 1: unknown rule \"a\"\n"
        "      config: ***\n              ^\n" } },
    { "config: |\n  # about it\n  mode: on\n" CASE(FINE),
      { "f:1:9: error: config, line 2: mode must be" } },
    { CASE(FINE "    config: '{'\n"), { "f:5:13: error: config, line " } },
    { CASE(FINE "    config: ''\n"),
      { "f:5:13: error: config, line 5: it is "
        "empty" } },
    { CASE(FINE "    config: []\n"), { "f:5:13: error: this must be a map" } },
    { CASE(FINE "    config: { version: 2 }\n"),
      { "f:5:24: error: version must be 1" } },
    { CASE(FINE FINE), { "f:5:5: error: the key is there twice" } },
    { "cases: [\n", { "f:2:1: error: " } },
    { CASE(FINE "    finds: \xff\n"), { "f:5:12: error: " } },
};

static void
test_broken(void **unused)
{
    (void) unused;

    check_broken(broken, sizeof(broken) / sizeof(broken[0]));
}

/* What stands in the file where it should not may be a secret. */
static void
test_secrets_are_not_shown(void **unused)
{
    static const char *const texts[] = {
        CASE(FINE "    bdy: 'client_secret=CANARY'\n"),
        CASE(FINE "    headers: ['CANARY']\n"),
        CASE(FINE "    headers:\n      - Authorization: Bearer CANARY\n"),
        CASE(FINE "    headers: { Authorization: Bearer CANARY }\n"),
        CASE(FINE "    body: { client_secret: CANARY }\n"),
        CASE(FINE "    client_secret=CANARY: x\n"),
        CASE(FINE "    ? 'CANARY name'\n    : x\n"),
        CASE(FINE "    body_hex: CANARY\n"),
        CASE("    finds: { token-method: 'CANARY=' }\n"),
        CASE(FINE "    config: 'CANARY'\n"),
        CASE(FINE "    config: 'x: [CANARY'\n"),
        CASE(FINE "    config:\n      credentials:\n        - x: CANARY\n"),
        CASE(FINE "    body: |\n      x=CANARY\n   y=CANARY\n"),
        CASE(FINE "    body: >\n      a\n    CANARY name: x\n"),
        "cases: [ { name: n, request: CANARY, body: CANARY } ]\n",
        "cases: CANARY\n",
        "CANARY\n",
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

/* --- rules --------------------------------------------------------------- */

/* The first case's rules, as text. */
static void
assert_config(const char *yaml, const char *config, const char *expected)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine;
    ss_cases_t cases;
    ss_str_t errors;

    assert_int_equal(read_cases(&cases, yaml, config, &mem, &errors), SS_OK);
    assert_str(cases.items[0].config, expected);
    assert_int_equal(
        ss_engine_create(&engine, cases.items[0].config, "c", &m, &errors),
        SS_OK);
    assert_int_equal(ss_engine_mode(engine),
                     ss_engine_mode(cases.items[0].engine));
    test_mem_release(&mem);
}

static void
test_configs(void **unused)
{
    static const char file[] = "version: 1\n"
                               "mode: observe\n"
                               "rules: { token-method: off, host-mismatch: off "
                               "}\n"
                               "teams: [ { name: a } ]\n";

    (void) unused;

    assert_config(CASE(FINE), file, file);
    assert_config(CASE(FINE), "", "version: 1\n");

    /* maps are joined, all else stands for what was there */
    assert_config(CASE(FINE "    config: { rules: { token-method: report }, "
                            "limits: { body: 1k }, teams: [] }\n"),
                  file,
                  "{\"version\": \"1\", \"mode\": \"observe\", \"rules\": "
                  "{\"token-method\": \"report\", \"host-mismatch\": \"off\"}, "
                  "\"teams\": [], \"limits\": {\"body\": \"1k\"}}\n");
    assert_config(CASE(FINE "    config: 'mode: enforce'\n"),
                  "version: 1\nmode: off\n",
                  "{\"version\": \"1\", \"mode\": \"enforce\"}\n");

    /* one that says version is a whole one */
    assert_config(CASE(FINE "    config: { version: 1, mode: off }\n"), file,
                  "{\"version\": \"1\", \"mode\": \"off\"}\n");

    /* a case's own stands in the place of the file's */
    assert_config("config: { mode: off }\n" CASE(FINE), "version: 1\n",
                  "{\"version\": \"1\", \"mode\": \"off\"}\n");
    assert_config("config: { mode: off }\n" CASE(
                      FINE "    config: { limits: { body: 2k } }\n"),
                  "version: 1\n",
                  "{\"version\": \"1\", \"limits\": {\"body\": \"2k\"}}\n");
}

static void
test_bad_rules(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_cases_t cases;
    ss_str_t errors;

    (void) unused;

    assert_int_equal(
        read_cases(&cases, CASE(FINE), "version: 2\n", &mem, &errors),
        SS_ERR_CONFIG);
    assert_str(errors, "f: error: it is for a rules file with errors\n");
    test_mem_release(&mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_secrets_are_not_shown),
        cmocka_unit_test(test_configs),
        cmocka_unit_test(test_bad_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
