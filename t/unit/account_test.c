/*
 * account: auto: when the account is to be asked for, under which key the
 * answer is kept, how it is read, and what the rules make of it.
 */

#include <stdio.h>

#include "check.h"

#define HOSTS                                                                  \
    "api_url: 'https://api.test', auth_url: 'https://app.test', "              \
    "gateways: ['http://gw.test']"
#define AUTO "version: 1\nservice: { " HOSTS ", account: auto }\n"
#define FIXED "version: 1\nservice: { " HOSTS ", account: acme }\n"
#define NONE "version: 1\nservice: { " HOSTS " }\n"
#define TEAM(base, team)                                                       \
    base "teams: [ { name: t, match: { header: X-T, value: v }, " team " } "   \
         "]\n"
#define RULES(missing, placeholder, mismatch)                                  \
    AUTO "rules: { account-slug-missing: " missing                             \
         ", account-slug-placeholder: " placeholder                            \
         ", account-slug-mismatch: " mismatch " }\n"

typedef struct {
    const char *config;
    const char *target; /* NULL: GET https://api.test/v1/clients */
    const char *header; /* NULL: a good Authorization */
    const char *second;
    const char *account; /* of the request */
    ss_mode_t mode;
    int wants;
    const char *asks; /* with this Authorization; NULL: its own */
} asked_t;

static const asked_t asked[] = {
    { AUTO, .wants = 1 },
    { FIXED, .wants = 0 },
    { NONE, .wants = 0 },
    /* the place's word goes before the file's */
    { AUTO, .account = "acme", .wants = 0 },
    { FIXED, .account = "auto", .wants = 1 },
    { NONE, .account = "auto", .wants = 1 },
    { AUTO, .account = "a/b", .wants = 1 },
    { FIXED, .account = "a/b", .wants = 0 },
    /* so does a team's */
    { TEAM(FIXED, "account: auto"), .second = "v", .wants = 1 },
    { TEAM(FIXED, "account: auto"), .wants = 0 },
    { TEAM(AUTO, "account: acme"), .second = "v", .wants = 0 },
    { TEAM(AUTO, "mode: observe"), .second = "v", .wants = 1 },
    { TEAM(AUTO, "mode: off"), .second = "v", .wants = 0 },
    { AUTO, .mode = SS_MODE_OFF, .wants = 0 },
    { AUTO, .mode = SS_MODE_OBSERVE, .wants = 1 },
    /* kinds and paths */
    { AUTO, "GET https://api.test/acme/v1/clients", .wants = 1 },
    { AUTO, "GET https://api.test/api/v1/clients", .wants = 1 },
    { AUTO, "GET https://api.test/v1/document-templates/1/download",
      .wants = 1 },
    { AUTO, "PUT https://api.test/v1/surveys/1/apply", .wants = 1 },
    { AUTO, "GET http://gw.test/v1/clients", .wants = 1 },
    { AUTO, "GET http://api.test/v1/clients", .wants = 1 },
    { AUTO, "GET https://other.test/v1/clients", .wants = 0 },
    { AUTO, "OPTIONS https://api.test/v1/clients", .wants = 0 },
    { AUTO, "GET https://api.test/v1/me", .wants = 0 },
    { AUTO, "GET https://api.test/acme/v1/mes", .wants = 0 },
    { AUTO, "GET https://api.test/v1/accounts/1", .wants = 0 },
    { AUTO, "GET https://api.test/v1", .wants = 0 },
    { AUTO, "GET https://api.test/mcp", .wants = 0 },
    { AUTO, "POST https://app.test/oauth/token", .wants = 0 },
    { AUTO, "GET https://api.test/acme/clients", .wants = 0 },
    { AUTO "rules: { path-version-missing: repair }\n",
      "GET https://api.test/acme/clients", .wants = 1 },
    /* tokens */
    { AUTO, .header = "", .wants = 0 },
    { AUTO, .header = "Bearer", .wants = 0 },
    { AUTO, .header = "Bearer a b", .wants = 0 },
    { AUTO, .header = "Bearer undefined", .wants = 0 },
    { AUTO, .header = "Basic YTpi", .wants = 0 },
    { AUTO, .header = "bearer a.b-c_d~e+f/g==", .wants = 1 },
    { AUTO, .header = "Bearer \xc3\xa9", .wants = 0 },
    /* a token that is repaired is asked about as it leaves */
    { AUTO, .header = "Bearer Bearer abc", .wants = 1, .asks = "Bearer abc" },
    { AUTO, .header = "abc", .wants = 1, .asks = "Bearer abc" },
    { AUTO, .header = "{\"access_token\":\"a.b\"}", .wants = 1,
      .asks = "Bearer a.b" },
    { AUTO, .header = "\"abc\"", .mode = SS_MODE_OBSERVE, .wants = 1,
      .asks = "Bearer abc" },
    { AUTO, "GET https://api.test/v1/clients?access_token=a.b", .header = "",
      .wants = 1, .asks = "Bearer a.b" },
    { AUTO, "GET https://api.test/v1/clients?access_token=a.b",
      .header = "Bearer other", .wants = 1 },
    { AUTO "rules: { authorization-malformed: report }\n",
      .header = "Bearer Bearer abc", .wants = 0 },
    { AUTO "rules: { authorization-malformed: reject }\n",
      .header = "Bearer Bearer abc", .wants = 0 },
    /* nobody would use it */
    { RULES("off", "off", "off"), .wants = 0 },
    { RULES("report", "off", "off"), .wants = 1 },
    { RULES("off", "repair", "off"), .wants = 1 },
    { RULES("off", "off", "reject"), .wants = 1 },
};

static void
test_when_to_ask(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        const asked_t *c = &asked[i];
        test_mem_t mem = TEST_MEM;
        ss_engine_t *engine = test_engine(&mem, ss_cstr(c->config));
        ss_header_t headers[] = {
            { SS_STR("authorization"),
              ss_cstr(c->header != NULL ? c->header : "Bearer abc") },
            { SS_STR("X-T"), ss_cstr(c->second != NULL ? c->second : "") },
        };
        ss_request_t request = { .headers = headers,
                                 .header_count = 2,
                                 .mode = c->mode };
        ss_mem_t m = test_mem(&mem);
        ss_str_t authorization;
        int wants;

        assert_true(parse_target(
            ss_cstr(c->target != NULL ? c->target
                                      : "GET https://api.test/v1/clients"),
            &request));
        request.account = ss_cstr(c->account != NULL ? c->account : "");
        request = exact_request(&mem, &request);

        wants = ss_wants_account(engine, &request, &m, &authorization);
        if (wants != c->wants) {
            print_error("case %zu\n", i);
        }
        assert_int_equal(wants, c->wants);
        assert_str(authorization, !wants              ? ""
                                  : c->asks != NULL   ? c->asks
                                  : c->header != NULL ? c->header
                                                      : "Bearer abc");
        test_mem_release(&mem);
    }
}

typedef struct {
    const char *target;
    bool at_gateway;
    const char *origin;
} origin_t;

static const origin_t origins[] = {
    { "GET https://api.test/v1/clients", false, "https://api.test" },
    { "GET https://API.test:443/v1/clients", false, "https://api.test" },
    { "GET https://app.test/v1/clients", false, "https://api.test" },
    { "GET http://api.test/v1/clients", false, "https://api.test" },
    { "GET http://gw.test/v1/clients", false, "http://gw.test" },
    { "GET http://GW.test:80/v1/clients", false, "http://GW.test:80" },
    { "GET http://other.test/v1/clients", false, "https://api.test" },
    { "GET http://gw.test/v1/clients", true, "https://api.test" },
};

static void
test_origin(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
        const origin_t *c = &origins[i];
        test_mem_t mem = TEST_MEM;
        ss_engine_t *engine = test_engine(&mem, ss_cstr(AUTO));
        ss_request_t request = { .at_gateway = c->at_gateway };
        ss_str_t scheme, authority;
        char text[64];

        assert_true(parse_target(ss_cstr(c->target), &request));
        ss_account_origin(engine, &request, &scheme, &authority);
        snprintf(text, sizeof(text), "%.*s://%.*s", (int) scheme.len,
                 (const char *) scheme.data, (int) authority.len,
                 (const char *) authority.data);
        assert_string_equal(text, c->origin);
        test_mem_release(&mem);
    }
}

static void
test_key(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    char hex[65], other[65];

    (void) unused;

    /* printf 'abc /me' | sha256sum */
    assert_int_equal(
        ss_account_key(SS_STR("bEARER abc"), SS_STR("/me"), &m, hex), SS_OK);
    assert_string_equal(
        hex,
        "8feeecec6cda813769a71820836407e39d5b5ffca1763da83f311c7394c27383");

    assert_int_equal(
        ss_account_key(SS_STR("Bearer abc"), SS_STR("/you"), &m, other), SS_OK);
    assert_string_not_equal(hex, other);

    assert_int_equal(ss_account_key(SS_STR("abc"), SS_STR("/me"), &m, hex),
                     SS_OK);
    assert_string_equal(hex, "");
    test_mem_release(&mem);

    mem = (test_mem_t){ .fail_at = 1 };
    m = test_mem(&mem);
    assert_int_equal(
        ss_account_key(SS_STR("Bearer abc"), SS_STR("/me"), &m, hex),
        SS_ERR_NOMEM);
    test_mem_release(&mem);
}

#define ME(attributes) "{\"data\":{\"attributes\":" attributes "}}"
#define SLUG(slug) ME("{\"account-slug\":" slug "}")

static const struct {
    const char *body;
    const char *account;
} answers[] = {
    { SLUG("\"acme\""), "acme" },
    { " { \"links\" : { \"data\":{\"attributes\":{\"account-slug\":\"no\"}}},"
      "\"data\" : { \"id\" : \"4029\", \"type\" : \"mes\", \"attributes\" : {"
      "\"name\" : \"A\", \"account-id\" : 7, \"privileges\" : [ { "
      "\"account-slug\" : \"no\" } ], \"account-slug\" : \"acme-2.x_y~z\" , "
      "\"account\":{\"account-slug\":\"no\"} }, \"relationships\":{"
      "\"attributes\":{\"account-slug\":\"no\"} } }, \"meta\" : { } } ",
      "acme-2.x_y~z" },
    /* escapes, in names too */
    { SLUG("\"ac\\u006de\""), "acme" },
    { "{\"d\\u0061ta\":{\"attributes\":{\"account\\u002dslug\":\"acme\"}}}",
      "acme" },
    { SLUG("\"ac\\u0000me\""), "" },
    { SLUG("\"ac\\/me\""), "" },
    /* what is no slug */
    { SLUG("null"), "" },
    { SLUG("7"), "" },
    { SLUG("true"), "" },
    { SLUG("[\"acme\"]"), "" },
    { SLUG("{\"account-slug\":\"acme\"}"), "" },
    { SLUG("\"\""), "" },
    { SLUG("\"ac me\""), "" },
    { SLUG("\"..\""), "" },
    { SLUG("\"v1\""), "" },
    { SLUG("\"\xc3\xa9\""), "" },
    { SLUG("\"undefined\""), "" },
    { SLUG("\"null\""), "" },
    { SLUG("\"{account-slug}\""), "" },
    { SLUG("\"YOUR-ACCOUNT\""), "" },
    /* elsewhere */
    { "{\"account-slug\":\"acme\"}", "" },
    { "{\"data\":{\"account-slug\":\"acme\"}}", "" },
    { "{\"attributes\":{\"account-slug\":\"acme\"}}", "" },
    { "{\"data\":[{\"attributes\":{\"account-slug\":\"acme\"}}]}", "" },
    { "{\"data\":\"attributes\"}", "" },
    { ME("{\"account_slug\":\"acme\"}"), "" },
    { ME("{\"Account-Slug\":\"acme\"}"), "" },
    { "[" SLUG("\"acme\"") "]", "" },
    /* no JSON, or not all of it */
    { "", "" },
    { " ", "" },
    { "<html>", "" },
    { "null", "" },
    { "{}", "" },
    { "\"account-slug\"", "" },
    { "{\"data\":{\"attributes\":{\"account-slug\":\"acme\"}}", "" },
    { "{\"data\":{\"attributes\":{\"account-slug\":\"ac", "" },
    { SLUG("\"acme\"") "x", "" },
    { ME("{\"account-slug\":\"acme\",\"account-slug\":\"b\"}"), "" },
    { SLUG("\"acme\\"), "" },
    { "\xff", "" },
};

static void
test_answers(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t account;

        assert_int_equal(
            ss_account_of(exact(&mem, ss_cstr(answers[i].body)), &m, &account),
            SS_OK);
        if (!ss_eq(account, ss_cstr(answers[i].account))) {
            print_error("case %zu: %.*s\n", i, SS_FMT(account));
        }
        assert_str(account, answers[i].account);
        test_mem_release(&mem);
    }
}

/* Every beginning of an answer is no answer. */
static void
test_truncated(void **unused)
{
    ss_str_t body = ss_cstr(answers[1].body);

    (void) unused;

    for (size_t n = 0; n + 1 < body.len; n++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t account;

        assert_int_equal(
            ss_account_of(exact(&mem, ss_str(body.data, n)), &m, &account),
            SS_OK);
        assert_int_equal(account.len, 0);
        test_mem_release(&mem);
    }
}

static void
test_deep(void **unused)
{
    char body[4096] = "{\"data\":{\"attributes\":{\"x\":";
    size_t n = strlen(body);
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t account = SS_STR("x");

    (void) unused;

    memset(body + n, '[', 1000);
    memset(body + n + 1000, ']', 1000);
    memcpy(body + n + 2000, ",\"account-slug\":\"acme\"}}}", 26);
    assert_int_equal(ss_account_of(ss_cstr(body), &m, &account), SS_OK);
    assert_int_equal(account.len, 0);
    test_mem_release(&mem);
}

/* Whatever allocation fails, none is told; and then it works. */
static void
test_no_memory(void **unused)
{
    int rc = SS_ERR_NOMEM;

    (void) unused;

    for (size_t n = 1; rc == SS_ERR_NOMEM; n++) {
        test_mem_t mem = { .fail_at = n };
        ss_mem_t m = test_mem(&mem);
        ss_str_t account = SS_STR("x");

        rc = ss_account_of(SS_STR(SLUG("\"ac\\u006de\"")), &m, &account);
        if (rc == SS_ERR_NOMEM) {
            assert_int_equal(account.len, 0);
        } else {
            assert_str(account, "acme");
            assert_true(n > 1);
        }
        test_mem_release(&mem);
    }
    assert_int_equal(rc, SS_OK);
}

typedef struct {
    const char *config;
    const char *path;
    const char *known;
    const char *account; /* in force */
    const char *rule;    /* that finds something; NULL: none */
    ss_outcome_t outcome;
    const char *leaves; /* path; NULL: as it came */
} checked_t;

static const checked_t checked[] = {
    { AUTO, "/v1/clients", "acme", "acme", "account-slug-missing", SS_REPAIRED,
      "/acme/v1/clients" },
    { AUTO, "/undefined/v1/clients", "acme", "acme", "account-slug-placeholder",
      SS_REPAIRED, "/acme/v1/clients" },
    { AUTO, "/other/v1/clients", "acme", "acme", "account-slug-mismatch",
      SS_REPORTED, NULL },
    { AUTO, "/acme/v1/clients", "acme", "acme", NULL, SS_REPORTED, NULL },
    /* not known, or nothing to put into a path */
    { AUTO, "/v1/clients", "", "", "account-slug-missing", SS_REPORTED, NULL },
    { AUTO, "/other/v1/clients", "", "", NULL, SS_REPORTED, NULL },
    { AUTO, "/v1/clients", "a/b", "", "account-slug-missing", SS_REPORTED,
      NULL },
    /* what is configured stands */
    { FIXED, "/v1/clients", "other", "acme", "account-slug-missing",
      SS_REPAIRED, "/acme/v1/clients" },
    { NONE, "/v1/clients", "other", "", "account-slug-missing", SS_REPORTED,
      NULL },
};

static void
test_check(void **unused)
{
    const ss_header_t headers[] = {
        { SS_STR("Authorization"), SS_STR("Bearer abc") },
        { SS_STR("Accept"), SS_STR("application/vnd.api+json") },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(checked) / sizeof(checked[0]); i++) {
        const checked_t *c = &checked[i];
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_request_t request = { .method = SS_STR("GET"),
                                 .scheme = SS_STR("https"),
                                 .authority = SS_STR("api.test"),
                                 .path = ss_cstr(c->path),
                                 .headers = headers,
                                 .header_count = 2,
                                 .known_account = ss_cstr(c->known) };
        ss_result_t result;

        assert_int_equal(ss_check(test_engine(&mem, ss_cstr(c->config)),
                                  &request, &m, &result),
                         SS_OK);
        assert_str(result.account, c->account);
        assert_int_equal(result.finding_count, c->rule != NULL);
        if (c->rule != NULL) {
            assert_string_equal(result.findings[0].rule->id, c->rule);
            assert_int_equal(result.findings[0].outcome, c->outcome);
        }
        assert_int_equal(result.edit_count, c->leaves != NULL);
        if (c->leaves != NULL) {
            assert_str(result.edits[0].value, c->leaves);
        }
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when_to_ask), cmocka_unit_test(test_origin),
        cmocka_unit_test(test_key),         cmocka_unit_test(test_answers),
        cmocka_unit_test(test_truncated),   cmocka_unit_test(test_deep),
        cmocka_unit_test(test_no_memory),   cmocka_unit_test(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
