/*
 * The rules file: what is an error, where it is said to be, and what a good
 * file means.
 */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A broken file, and the beginnings of the errors' lines in their order. */
typedef struct {
    const char *yaml;
    const char *errors[6];
} broken_t;

static const broken_t broken[] = {
    { "", { "f:1:1: error: the file is empty" } },
    { "# nothing\n", { "f:1:1: error: the file is empty" } },
    { "mode: off\n", { "f:1:1: error: the file must say \"version: 1\"" } },
    { "version: 2\n", { "f:1:10: error: version must be 1" } },
    { "version: [1]\n", { "f:1:10: error: this must be a single value" } },
    { "version:\n", { "f:1:9: error: version must be 1" } },
    { "- 1\n", { "f:1:1: error: this must be a map of keys and values" } },
    { "word\n", { "f:1:1: error: this must be a map of keys and values" } },
    { "version: 1\nrulez: {}\n",
      { "f:2:1: error: unknown key \"rulez\"; did you mean \"rules\"?" } },
    { "version: 1\nzebra: {}\n", { "f:2:1: error: unknown key \"zebra\"\n" } },
    { "version: 1\nrules:\n  acept-not-jsonapi: repair\n",
      { "f:3:3: error: unknown rule \"acept-not-jsonapi\"; did you mean "
        "\"accept-not-jsonapi\"?\n"
        "    acept-not-jsonapi: repair\n"
        "    ^\n" } },
    { "version: 1\nrules: { accept-not-jsonapi: fix }\n",
      { "f:2:30: error: an action must be off, report, repair or reject" } },
    { "version: 1\nrules: { token-parameter-missing: repair }\n",
      { "f:2:35: error: rule \"token-parameter-missing\" has no repair; use "
        "off, report or reject\n"
        "  rules: { token-parameter-missing: repair }\n" } },
    { "version: 1\nrules: { accept-not-jsonapi: { action: off, max: 3 } }\n",
      { "f:2:45: error: unknown key \"max\"" } },
    { "version: 1\nrules: [accept-not-jsonapi]\n",
      { "f:2:8: error: this must be a map of keys and values" } },
    { "version: 1\nmode: enforced\n",
      { "f:2:7: error: mode must be off, observe or enforce" } },
    { "version: 1\nmode: off\nmode: observe\n",
      { "f:3:1: error: the key is there twice; take one out" } },
    { "version: 1\nversion: 2\nmode: of\nrules: { a: off, a: off }\n",
      { "f:2:1: error: the key is there twice; take one out",
        "f:3:7: error: mode must be", "f:4:10: error: unknown rule \"a\"",
        "f:4:18: error: the key is there twice; take one out" } },
    { "version: 1\nservice: { api_url: a.io, auth_url: 'https://x/y' }\n",
      { "f:2:21: error: this must be http://host[:port]",
        "f:2:37: error: this must be http://host[:port]" } },
    { "version: 1\nservice: { gateways: http://a }\n",
      { "f:2:22: error: this must be a list" } },
    { "version: 1\nservice: { gateways: ['http://a:99999'] }\n",
      { "f:2:23: error: this must be http://host[:port]" } },
    { "version: 1\nservice: { account: 'a/b' }\n",
      { "f:2:21: error: account must be `auto` or an account slug" } },
    { "version: 1\nlimits: { body: 1x, foo: 2 }\n",
      { "f:2:17: error: this must be a size",
        "f:2:21: error: unknown key \"foo\"" } },
    { "version: 1\nlimits: { body: 0 }\n",
      { "f:2:17: error: this must be a size" } },
    { "version: 1\nlimits: { body: 99999999999999999999 }\n",
      { "f:2:17: error: this must be a size" } },
    { "version: 1\ncredentials:\n"
      "  - name: a\n"
      "  - { client_id: x, client_secret_sha256: zz }\n",
      { "f:3:5: error: a credential needs a client_id",
        "f:4:43: error: client_secret_sha256 must be 64 hex digits" } },
    { "version: 1\ncredentials:\n"
      "  - { client_id: x, client_secret_sha256: 0b3cc47acc8314b7766c59a26281ff"
      "ff7aa84dede84ea7610d435a8eaf5c883g }\n"
      "  - { client_id: x, client_secret_sha256: 0b3cc47acc8314b7766c59a26281ff"
      "ff7aa84dede84ea7610d435a8eaf5c88300 }\n",
      { "f:3:43: error: client_secret_sha256 must be 64 hex digits",
        "f:4:43: error: client_secret_sha256 must be 64 hex digits" } },
    { "version: 1\ncredentials:\n"
      "  - { client_id: \"app-x \" }\n"
      "  - { client_id: app\xe2\x80\x8b-x }\n"
      "  - { client_id: app-\xd0\xbe }\n"
      "  - { client_id: app-x }\n",
      { "f:3:18: error: no client_id has a blank, as this one at character 6",
        "f:4:18: error: no client_id has a zero-width space, as this one at "
        "character 4; copy it from ScopeStack itself",
        "f:5:18: error: no client_id has a letter that is not ASCII, as this "
        "one at character 5" } },
    { "version: 1\nteams:\n"
      "  - { match: { client_id: x } }\n"
      "  - { name: a }\n"
      "  - { name: a }\n"
      "  - { name: c, match: { header: X } }\n"
      "  - { name: d, match: { address: 1.2.3.4/99 } }\n"
      "  - { name: e, rules: { tokn-method: off } }\n",
      { "f:3:5: error: a team needs a name",
        "f:5:5: error: two teams have this name; rename one",
        "f:6:23: error: header and value go together",
        "f:7:34: error: address must be an IP address or a network",
        "f:8:25: error: unknown rule \"tokn-method\"; did you mean "
        "\"token-method\"?" } },
    { "version: 1\n---\nversion: 1\n", { "f:3:1: error: a second document" } },
    { "version: 1\nrules: {\n", { "f:3:1: error: " } },
    { "version: 1\nrules:\n\tx: y\n", { "f:3:1: error: " } },
    { "version: 1\nmode: *nowhere\n", { "f:2:7: error: " } },
    { "version: 1\n? [a]\n: b\n", { "f:2:3: error: a key must be a word" } },
    { "version: 1\nrules: { <<: 3 }\n", { "f:2:8: error: \"<<\" merges" } },
    { "version: 1\nmode: \xff\n", { "f:2:7: error: " } },
    { "version: 1\nrules: { page-size-excessive: { Maxx: 3 } }\n",
      { "f:2:33: error: unknown key \"Maxx\"; did you mean \"max\"?\n"
        "  rules: { page-size-excessive: { Maxx: 3 } }\n" } },
    { "version: 1\nrules: { page-size-excessive: { max: [3], action: fix } }\n",
      { "f:2:38: error: this must be a single value",
        "f:2:51: error: an action must be off, report, repair or reject" } },
    { "version: 1\nrules: { page-size-excessive: { max: 0 } }\n",
      { "f:2:38: error: max must be a whole number from 1 to 100000\n" } },
    { "version: 1\nrules: { page-size-excessive: { max: 100001 } }\n",
      { "f:2:38: error: max must be a whole number from 1 to 100000\n" } },
    { "version: 1\nrules: { page-size-excessive: { max: 4294967546 } }\n",
      { "f:2:38: error: max must be a whole number" } },
    { "version: 1\nrules: { page-size-excessive: { max: 010 } }\n",
      { "f:2:38: error: max must be a whole number" } },
    { "version: 1\nrules: { page-size-excessive: { max: } }\n",
      { "f:2:38: error: max must be a whole number" } },
    { "version: 1\nteams:\n  - name: a\n"
      "    rules: { page-size-excessive: { max: many, action: repair } }\n",
      { "f:4:42: error: max must be a whole number",
        "f:4:56: error: rule \"page-size-excessive\" has no repair" } },
};

static int
create(ss_engine_t **engine, const char *yaml, test_mem_t *mem,
       ss_str_t *errors)
{
    ss_mem_t m = test_mem(mem);

    return ss_engine_create(engine, exact(mem, ss_cstr(yaml)), "f", &m, errors);
}

static void
test_broken(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_engine_t *engine;
        ss_str_t errors;

        assert_int_equal(create(&engine, broken[i].yaml, &mem, &errors),
                         SS_ERR_CONFIG);
        assert_null(engine);
        if (!errors_are(errors, broken[i].errors, 6)) {
            fail_msg("for:\n%sgot:\n%.*s", broken[i].yaml, SS_FMT(errors));
        }
        test_mem_release(&mem);
    }
}

/* Every allocation fails in turn, for good and for broken files. */
static void
test_no_memory(void **unused)
{
    static const char good[] =
        "version: 1\n"
        "service: { api_url: 'https://a', account: b, gateways: ['http://c'] "
        "}\n"
        "rules: &r { accept-not-jsonapi: report }\n"
        "credentials: [ { name: n, client_id: i } ]\n"
        "teams: [ { name: t, match: { header: X, value: y }, "
        "rules: { <<: *r, token-method: off, page-size-excessive: { max: 9 } "
        "} } ]\n";
    static const char out_of_bounds[] =
        "version: 1\nrules: { page-size-excessive: { max: 0 } }\n";
    const char *texts[] = { good, broken[10].yaml, broken[25].yaml,
                            out_of_bounds };

    (void) unused;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int rc = SS_ERR_NOMEM;

        for (size_t n = 2; rc == SS_ERR_NOMEM; n++) {
            test_mem_t mem = TEST_MEM;
            ss_engine_t *engine = (ss_engine_t *) &mem;
            ss_str_t errors = SS_STR("x");

            mem.fail_at = n;
            rc = create(&engine, texts[i], &mem, &errors);
            if (rc == SS_ERR_NOMEM) {
                assert_null(engine);
                assert_int_equal(errors.len, 0);
            }
            test_mem_release(&mem);
        }
        assert_int_equal(rc, i == 0 ? SS_OK : SS_ERR_CONFIG);
    }
}

/* --- files -------------------------------------------------------------- */

static void
assert_unusable(const char *path, const char *why)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine;
    ss_str_t errors;

    assert_int_equal(ss_engine_load(&engine, path, &m, &errors), SS_ERR_CONFIG);
    assert_null(engine);
    assert_non_null(memmem(errors.data, errors.len, path, strlen(path)));
    assert_non_null(memmem(errors.data, errors.len, why, strlen(why)));
    test_mem_release(&mem);
}

static void
test_files(void **unused)
{
    char dir[] = "/tmp/scopestack-config-XXXXXX";
    char path[64];
    FILE *file;

    (void) unused;

    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/f", dir);

    assert_unusable(path, "No such file");
    assert_unusable(dir, "it is a directory");
    assert_unusable("/dev/zero", "not a regular file");

    /* nobody waits for a writer */
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_unusable(path, "not a regular file");
    unlink(path);

    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), 10 * 1024 * 1024), 0);
    fclose(file);
    assert_unusable(path, "larger than 1 MiB");

    unlink(path);
    rmdir(dir);
}

/* --- what a good file means --------------------------------------------- */

static ss_result_t
check(const ss_engine_t *engine, const ss_request_t *request, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_result_t result;

    assert_int_equal(ss_check(engine, request, &m, &result), SS_OK);

    return result;
}

static void
test_merge_keys(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_engine_t *engine = test_engine(
        &mem, SS_STR("version: 1\n"
                     "service: { api_url: http://a }\n"
                     "rules: &base { accept-not-jsonapi: report, "
                     "authorization-missing: off }\n"
                     "teams:\n"
                     "  - name: t\n"
                     "    rules: { <<: *base, account-slug-missing: off }\n"));
    ss_request_t request = { .team = SS_STR("t") };
    ss_result_t result;

    (void) unused;

    parse_target(SS_STR("GET http://a/v1/clients"), &request);
    result = check(engine, &request, &mem);

    assert_int_equal(result.finding_count, 1);
    assert_string_equal(result.findings[0].rule->id, "accept-not-jsonapi");
    assert_int_equal(result.findings[0].outcome, SS_REPORTED);
    test_mem_release(&mem);
}

/* Which mode wins: the request's own; a team's may only lower the place's. */
static void
test_modes(void **unused)
{
    static const struct {
        const char *file;
        const char *team;
        ss_mode_t place, own, expect;
    } cases[] = {
        { "enforce", "enforce", SS_MODE_UNSET, SS_MODE_UNSET, SS_MODE_ENFORCE },
        { "observe", "enforce", SS_MODE_UNSET, SS_MODE_UNSET, SS_MODE_ENFORCE },
        { "enforce", "observe", SS_MODE_UNSET, SS_MODE_UNSET, SS_MODE_OBSERVE },
        { "off", "enforce", SS_MODE_OBSERVE, SS_MODE_UNSET, SS_MODE_OBSERVE },
        { "off", "off", SS_MODE_ENFORCE, SS_MODE_UNSET, SS_MODE_OFF },
        { "enforce", "off", SS_MODE_UNSET, SS_MODE_OBSERVE, SS_MODE_OBSERVE },
        { "off", "off", SS_MODE_OFF, SS_MODE_ENFORCE, SS_MODE_ENFORCE },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        char yaml[160];
        ss_request_t request = { .team = SS_STR("t"),
                                 .place_mode = cases[i].place,
                                 .mode = cases[i].own };
        int n =
            snprintf(yaml, sizeof(yaml),
                     "version: 1\nmode: %s\nservice: { api_url: http://a }\n"
                     "teams: [ { name: t, mode: %s } ]\n",
                     cases[i].file, cases[i].team);

        parse_target(SS_STR("GET http://a/v1/me"), &request);
        assert_int_equal(
            check(test_engine(&mem, ss_str(yaml, (size_t) n)), &request, &mem)
                .mode,
            cases[i].expect);
        test_mem_release(&mem);
    }
}

static void
test_teams(void **unused)
{
    static const char yaml[] =
        "version: 1\n"
        "service: { api_url: http://a, account: base }\n"
        "teams:\n"
        "  - { name: net4, match: { address: 10.1.0.0/16 }, account: n4 }\n"
        "  - { name: net6, match: { address: 'fd00::/8' }, account: n6 }\n"
        "  - { name: both, match: { header: X-T, value: v, user_agent: py }, "
        "account: bo }\n"
        "  - { name: late, match: { header: x-t, value: v }, account: la }\n";
    static const struct {
        const char *address, *header, *agent, *team, *expect;
    } cases[] = {
        { "10.1.2.3", "", "", "", "n4" },
        { "10.2.0.1", "", "", "", "base" },
        { "fdff::1", "", "", "", "n6" },
        { "fe80::1", "", "", "", "base" },
        { "::ffff:10.1.2.3", "", "", "", "n4" },
        { "nonsense", "", "", "", "base" },
        { "", "v", "python-requests", "", "bo" },
        { "", "v", "curl", "", "la" },
        { "", "w", "python", "", "base" },
        { "10.1.2.3", "", "", "late", "la" },
        { "10.1.2.3", "", "", "nobody", "base" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_header_t headers[] = {
            { SS_STR("X-T"), ss_cstr(cases[i].header) },
            { SS_STR("User-Agent"), ss_cstr(cases[i].agent) },
        };
        ss_request_t request = { .address = ss_cstr(cases[i].address),
                                 .team = ss_cstr(cases[i].team),
                                 .headers = headers,
                                 .header_count = 2 };
        ss_str_t account;

        parse_target(SS_STR("GET http://a/v1/me"), &request);
        account =
            check(test_engine(&mem, SS_STR(yaml)), &request, &mem).account;
        if (!ss_eq(account, ss_cstr(cases[i].expect))) {
            print_error("case %zu: %.*s\n", i, SS_FMT(account));
        }
        assert_str(account, cases[i].expect);
        test_mem_release(&mem);
    }
}

/* Names and bounds that the reader, --ss-rules and the pages rely on. */
static void
test_parameters(void **unused)
{
    size_t count = 0;

    (void) unused;

    for (size_t i = 0; i < ss_rule_count(); i++) {
        const ss_parameter_t *p = ss_rule_at(i)->parameters;

        for (size_t k = 0; k < SS_PARAMETERS_MAX && p[k].name != NULL; k++) {
            assert_non_null(p[k].summary);
            assert_string_not_equal(p[k].name, "action");
            assert_in_range(p[k].value, p[k].minimum, p[k].maximum);
            /* ss_whole_number() knows no larger ones */
            assert_in_range(p[k].maximum, p[k].minimum, 999999998);
            count++;
        }
    }

    assert_in_range(count, 1, 1000);
}

static void
test_defaults(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine;

    (void) unused;

    assert_int_equal(ss_engine_default(&engine, &m), SS_OK);
    assert_int_equal(ss_engine_mode(engine), SS_MODE_ENFORCE);
    assert_int_equal(ss_engine_max_body(engine), 1024 * 1024);
    assert_int_equal(ss_engine_serves(engine, SS_STR("https"),
                                      SS_STR("API.scopestack.io:443")),
                     1);
    assert_int_equal(
        ss_engine_serves(engine, SS_STR("https"), SS_STR("app.scopestack.io")),
        1);
    assert_int_equal(ss_engine_serves(engine, SS_STR("https"),
                                      SS_STR("api.scopestack.io.evil.test")),
                     0);
    test_mem_release(&mem);
}

/* The broken files in hex digits, one a line, for meta/schema.t. */
static int
print_broken(void)
{
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        for (const char *p = broken[i].yaml; *p != '\0'; p++) {
            printf("%02x", (unsigned) (unsigned char) *p);
        }
        putchar('\n');
    }

    return 0;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_broken),     cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_files),      cmocka_unit_test(test_merge_keys),
        cmocka_unit_test(test_modes),      cmocka_unit_test(test_teams),
        cmocka_unit_test(test_parameters), cmocka_unit_test(test_defaults),
    };

    if (argc == 2 && !strcmp(argv[1], "--broken")) {
        return print_broken();
    }

    return cmocka_run_group_tests(tests, NULL, NULL);
}
