/*
 * Placeholders, variables and tags in a rules file are located errors: nothing
 * replaces them, and they would be put into requests.
 */

#include "check.h"

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

/* Where a value is a person's. */
static const char *const places[] = {
    "version: 1\nservice:\n  account: %V\n",
    "version: 1\nteams:\n- name: t\n  account: %V\n",
    "version: 1\ncredentials:\n- client_id: %V\n",
    "version: 1\ncredentials:\n- client_id: x\n  name: %V\n",
    "version: 1\nteams:\n- name: %V\n",
    "version: 1\nteams:\n- name: t\n  match:\n    client_id: %V\n",
    "version: 1\nteams:\n- name: t\n  match: { user_agent: %V }\n",
    "version: 1\nteams:\n- name: t\n  match:\n    header: A\n    value: %V\n",
    "version: 1\nteams:\n- name: t\n  match:\n    value: a\n    header: %V\n",
};

static const char *const placeholders[] = {
    "null",
    "Null",
    "NULL",
    "'null'",
    "undefined",
    "None",
    "nil",
    "'  null '",
    "'${CLIENT_ID}'",
    "\"${CLIENT_ID}\"",
    "$CLIENT_ID",
    "'%CLIENT_ID%'",
    "'{{client_id}}'",
    "'{{ client_id }}'",
    "'{client_id}'",
    "'{account-slug}'",
    "<client_id>",
    "'%7Bslug%7D'",
    "YOUR_CLIENT_ID",
    "YOUR-CLIENT-ID",
    "'<%= id %>'",
    "'@ID@'",
    "__ID__",
    "'#{id}'",
    "'a-${ENV}'",
    "'a-{{env}}'",
    "$(cat id)",
    "'${{ secrets.ID }}'",
    "'[object Object]'",
};

/* Of these not all places say the same. */
static const struct {
    const char *value;
    const char *place;
    const char *why;
} others[] = {
    { ":slug", "account: %V", "this is a placeholder" },
    { "account-slug", "account: %V", "this is a placeholder" },
    { "your-account", "account: %V", "this is a placeholder" },
    { "~", "account: %V", "this is a placeholder" },
    { "Auto", "account: %V", "write `auto` in small letters" },
    { "AUTO", "account: %V", "write `auto` in small letters" },
    { "docs", "account: %V", "this is a reserved word" },
    { "OAuth", "account: %V", "this is a reserved word" },
    { ".well-known", "account: %V", "this is a reserved word" },
    { "!ENV ACCOUNT", "account: %V", "tags are not replaced here" },
    { "!vault x", "api_url: %V", "tags are not replaced here" },
    { "!<tag:a,2000:b> x", "gateways: [%V]", "tags are not replaced here" },
    { "!!binary eA==", "account: %V", "tags are not replaced here" },
    { "!x {}", "account: %V", "tags are not replaced here" },
};

static const struct {
    const char *value;
    const char *place;
} fine[] = {
    { "acme", "service: { account: %V }" },
    { "auto", "service: { account: %V }" },
    { "your-it-ltd", "service: { account: %V }" },
    { "nullify", "service: { account: %V }" },
    { "docs2", "service: { account: %V }" },
    { "!!str 12", "service: { account: %V }" },
    { "! acme", "service: { account: %V }" },
    { "none-of-them", "teams: [ { name: %V } ]" },
    { "$5", "teams: [ { name: a, match: { header: X, value: %V } } ]" },
    { "a<b>", "teams: [ { name: a, match: { user_agent: '%V' } } ]" },
    { "100%", "teams: [ { name: a, match: { user_agent: '%V' } } ]" },
    { "auto", "teams: [ { name: %V } ]" },
    { "none", "teams: [ { name: %V } ]" },
    { "none", "service: { account: %V }" },
};

static ss_str_t
filled(test_mem_t *mem, const char *begin, const char *place, const char *value)
{
    ss_mem_t m = test_mem(mem);
    const char *at = strstr(place, "%V");
    ss_str_t text;

    assert_non_null(at);
    assert_int_equal(SS_JOIN(&m, &text, ss_cstr(begin),
                             ss_str(place, (size_t) (at - place)),
                             ss_cstr(value), ss_cstr(at + 2), SS_STR("\n")),
                     SS_OK);

    return text;
}

static void
assert_error(test_mem_t *mem, ss_str_t yaml, const char *why)
{
    ss_mem_t m = test_mem(mem);
    ss_engine_t *engine;
    ss_str_t errors;
    int rc = ss_engine_create(&engine, yaml, "f", &m, &errors);

    if (rc != SS_ERR_CONFIG
        || memmem(errors.data, errors.len, why, strlen(why)) == NULL) {
        fail_msg("%d for:\n%.*s\ngot:\n%.*s", rc, SS_FMT(yaml), SS_FMT(errors));
    }
}

/* The error that is wanted where %V stands. */
static ss_str_t
located(test_mem_t *mem, const char *place, const char *why)
{
    ss_mem_t m = test_mem(mem);
    unsigned line = 1, column = 1;
    ss_str_t text;
    ss_buf_t buf;

    for (; strncmp(place, "%V", 2) != 0; place++) {
        line += *place == '\n';
        column = *place == '\n' ? 1 : column + 1;
    }
    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, "f:");
    ss_buf_addu(&buf, line);
    ss_buf_addc(&buf, ':');
    ss_buf_addu(&buf, column);
    ss_buf_adds(&buf, ": error: ");
    ss_buf_adds(&buf, why);
    ss_buf_addc(&buf, '\0');
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return text;
}

static void
test_placeholders(void **unused)
{
    (void) unused;

    for (size_t p = 0; p < COUNT_OF(places); p++) {
        for (size_t v = 0; v < COUNT_OF(placeholders); v++) {
            test_mem_t mem = TEST_MEM;

            assert_error(&mem, filled(&mem, "", places[p], placeholders[v]),
                         (const char *) located(&mem, places[p],
                                                "this is a placeholder; "
                                                "variables are not replaced "
                                                "here")
                             .data);
            test_mem_release(&mem);
        }
    }
}

static void
test_others(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < COUNT_OF(others); i++) {
        test_mem_t mem = TEST_MEM;

        assert_error(&mem,
                     filled(&mem, "version: 1\nservice:\n  ", others[i].place,
                            others[i].value),
                     others[i].why);
        test_mem_release(&mem);
    }
}

static void
test_fine(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < COUNT_OF(fine); i++) {
        test_mem_t mem = TEST_MEM;

        test_engine(&mem,
                    filled(&mem, "version: 1\n", fine[i].place, fine[i].value));
        test_mem_release(&mem);
    }
}

/* --- what variables of nginx give ----------------------------------------- */

static const char rules[] =
    "version: 1\nservice: { api_url: http://a, account: base }\n"
    "teams:\n"
    "  - { name: t, match: { header: X, value: y }, account: team }\n"
    "  - { name: u, account: other }\n";

/* A placeholder counts as nothing: the file's own account, and the match. */
static void
test_unset_variables(void **unused)
{
    static const struct {
        const char *account, *team, *header, *expect;
    } cases[] = {
        { "", "", "", "base" },          { "null", "", "", "base" },
        { "undefined", "", "", "base" }, { ":slug", "", "", "base" },
        { "{{x}}", "", "", "base" },     { "docs", "", "", "base" },
        { "none", "", "", "none" },      { "mine", "", "", "mine" },
        { "", "null", "", "base" },      { "", "null", "y", "team" },
        { "", "{{team}}", "y", "team" }, { "None", "u", "", "other" },
        { "", "nobody", "y", "base" },   { "null", "undefined", "y", "team" },
    };

    (void) unused;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_engine_t *engine = test_engine(&mem, SS_STR(rules));
        ss_header_t header = { SS_STR("X"), ss_cstr(cases[i].header) };
        ss_request_t request = { .account = ss_cstr(cases[i].account),
                                 .team = ss_cstr(cases[i].team),
                                 .headers = &header,
                                 .header_count = 1 };
        ss_result_t result;

        parse_target(SS_STR("GET http://a/v1/me"), &request);
        assert_int_equal(ss_check(engine, &request, &m, &result), SS_OK);
        if (!ss_eq(result.account, ss_cstr(cases[i].expect))) {
            fail_msg("case %zu: %.*s", i, SS_FMT(result.account));
        }
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_fine),
        cmocka_unit_test(test_unset_variables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
