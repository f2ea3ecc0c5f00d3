/*
 * Errors of rules files and of files of cases: whatever stands in a file, and
 * wherever, of its values nothing is shown but what all may know.
 */

#include "check.h"

#include "cases/ss_case.h"

#include <stdio.h>

/* What is looked for in errors; a value in small letters looks like a name. */
#define CANARY "c4nary"
#define SMALL "canarybird"

static size_t tried;

static bool
is_leaked(ss_str_t errors)
{
    return memmem(errors.data, errors.len, CANARY, strlen(CANARY)) != NULL
           || memmem(errors.data, errors.len, SMALL, strlen(SMALL)) != NULL;
}

/* Reads a text as each kind of file. It has errors in it. */
static void
assert_kept(ss_str_t text)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine;
    ss_cases_t cases;
    ss_str_t errors;

    text = exact(&mem, text);
    if (ss_engine_create(&engine, text, "f", &m, &errors) != SS_ERR_CONFIG
        || is_leaked(errors)) {
        fail_msg("for:\n%.*s\ngot:\n%.*s", SS_FMT(text), SS_FMT(errors));
    }
    if (ss_cases_read(&cases, text, "f", SS_STR(""), &m, &errors)
            != SS_ERR_CONFIG
        || is_leaked(errors)) {
        fail_msg("cases, for:\n%.*s\ngot:\n%.*s", SS_FMT(text), SS_FMT(errors));
    }
    test_mem_release(&mem);
    tried++;
}

/* --- values --------------------------------------------------------------- */

static const char *const values[] = {
    "Bearer " CANARY "1",
    "Basic " CANARY "Og==",
    "eyJhbGciOiJIUzI1NiJ9.eyJ" CANARY ".sig",
    "client_secret=" CANARY,
    "https://u:" CANARY "@h/",
    CANARY,
    SMALL,
    "4711-" CANARY,
    "a/" CANARY " b",
};

static const char *const keys[] = {
    "header",      "value",   "account",  "name",  "client_id", "address",
    "bearer",      "cookie",  "code",     "pwd",   "otp",       "auth",
    "key",         "session", "jwt",      "mode",  "version",   "body",
    "max",         "token",   "api_url",  "sid",   "X-Auth",    "user_agent",
    "PASSWORD",    "Bearer",  "request",  "finds", "response",  "status",
    "explains",    "says",    "backends", "times", "config",    "text",
    "token-method"
};

/* %K: a key, %V: a value. Each has an error of its own. */
static const char *const places[] = {
    "version: 1\n%K: \"%V\"\nbad: 1\n",
    "version: 1\n%K: %V\nmode: of\n",
    "version: 1\nmatch: {%K: \"%V\", user_agnt: x}\n",
    "version: 1\nteams:\n  - match: {header: A, %K: '%V', user_agnt: x}\n",
    "version: 1\nteams:\n  - match: {user_agnt: x, %K: '%V' }\n",
    "version: 1\nservice: { nothing: x, %K: '%V' } # %V\n",
    "version: 1\nservice: { %K: [ '%V' ], nothing: x }\n",
    "version: 1\nservice: { nothing: x, %K: &a [ '%V' ] }\n",
    "version: 1\nrules: { tokn-method: off, %K: '%V' }\n",
    "version: 1\ncredentials:\n  - { %K: '%V' }\n  - %K: '%V'\nno: 1\n",
    "version: 1\ncredentials:\n- %K:\n    '%V'\nno: 1\n",
    "version: 1\ncredentials:\n- %K: |\n    '%V'\n    x: %V\nno: 1\n",
    "version: 1\ncredentials: [ '%V', { %K: &x '%V' }, *x ]\n",
    "version: 1\nmode: '%V'\nrules: { token-method: '%V' }\n",
    "version: 1\nlimits: { body: '%V' }\nteams: '%V'\n",
    "version: 1\nnothing: x # %K: %V\n",
    "version: 1\n%K: '%V'\n  bad: indent\n",
    "version: 1\n%K: '%V\nmode: off\n",
    "version: 1\n%K: [ '%V'\nmode: off\n",
    "version: 1\n%K: '%V'\n%K: '%V'\n",
    "version: 1\n%K: '%V': more\n",
    "version: 1\n%K: %V: more\n",
    "version: 1\nrules: { page-size-excessive: { max: '%V', %K: '%V' } }\n",
    "version: '%V'\n%K: '%V'\nmode: { %K: '%V' }\n",
    "cases:\n  - { name: '%V', nothing: 1, %K: '%V' }\n",
    "cases:\n  - name: n\n    request: GET http://a/?%K=%V\n    %K: '%V'\n"
    "    finds: { token-method: '%V', tokn: [ '%V' ] }\n",
    "cases:\n  - name: n\n    request: '%V'\n    explains: [ '%V' ]\n"
    "    backends: [ '%V' ]\n    only: '%V'\n    answer: { status: '%V' }\n",
    "cases: []\nrule: '%V'\n%K: '%V'\n",
};

/* The same, of what no one takes for a name: as keys, anchors, tags, aliases.
 */
static const char *const key_places[] = {
    "version: 1\n%V: x\n",
    "version: 1\n'%V': x\n",
    "version: 1\n? '%V'\n: x\n",
    "version: 1\nrules: { '%V': off }\n",
    "version: 1\nrules: { token-method: { '%V': 1 } }\n",
    "version: 1\nservice: { '%V' }\n",
    "version: 1\nservice: { mode, '%V' }\n",
    "version: 1\nmode: { '%V', '%V' }\n",
    "version: 1\n'%V': x\n'%V': y\n",
    "version: 1\n%V\n",
    "version: 1\n%V:\n  - x\n",
    "cases:\n  - '%V': x\n    finds: { '%V': repaired }\n",
};

/* Words of a list that was written as a map. */
static const char *const alone[] = {
    "version: 1\ncredentials: [ { acme, " SMALL " } ]\n",
    "version: 1\nservice: { " SMALL " }\n",
    "version: 1\nmode: &" SMALL " off\nnothing: 1\n",
    "version: 1\nnothing: &" SMALL " 1\n",
    "version: 1\nmode: *" SMALL "\n",
    "version: 1\nnothing: !" SMALL " 1\n",
    "version: 1\nmode: !" SMALL "!x off\n",
    "%TAG !" SMALL "! tag:x,2000:\n---\nnothing: 1\nversion: 1\n",
    "version: 1\nnothing: *" CANARY "\n",
};

static void
replace(ss_buf_t *buf, const char *place, const char *key, const char *value)
{
    for (; *place != '\0'; place++) {
        if (place[0] == '%' && (place[1] == 'K' || place[1] == 'V')) {
            ss_buf_adds(buf, *++place == 'K' ? key : value);
        } else {
            ss_buf_addc(buf, (uint8_t) *place);
        }
    }
}

static void
check_place(const char *place, const char *key, const char *value)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, &m);
    replace(&buf, place, key, value);
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);
    assert_kept(text);
    test_mem_release(&mem);
}

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

/* Where a word in small letters is shown: all good values are known there. */
static bool
has_closed_set(const char *place, const char *key)
{
    static const char *const closed[] = { "mode",     "token-method", "finds",
                                          "explains", "backends",     "rule",
                                          "only",     "action" };
    const char *name = strstr(place, "%K") != NULL ? key : "";
    char text[64];

    for (size_t i = 0; i < COUNT_OF(closed); i++) {
        snprintf(text, sizeof(text), "%s: [ '%%V'", closed[i]);
        if (strcmp(closed[i], name) == 0 || strstr(place, text) != NULL) {
            return true;
        }
        snprintf(text, sizeof(text), "%s: '%%V'", closed[i]);
        if (strstr(place, text) != NULL) {
            return true;
        }
    }

    return false;
}

static void
test_values(void **unused)
{
    (void) unused;

    for (size_t v = 0; v < COUNT_OF(values); v++) {
        for (size_t p = 0; p < COUNT_OF(places); p++) {
            for (size_t k = 0; k < COUNT_OF(keys); k++) {
                if (strcmp(values[v], SMALL) != 0
                    || !has_closed_set(places[p], keys[k])) {
                    check_place(places[p], keys[k], values[v]);
                }
            }
        }
        for (size_t p = 0; p < COUNT_OF(key_places); p++) {
            if (strcmp(values[v], SMALL) != 0) {
                check_place(key_places[p], "", values[v]);
            }
        }
    }
    for (size_t i = 0; i < COUNT_OF(alone); i++) {
        assert_kept(ss_cstr(alone[i]));
    }

    assert_in_range(tried, 8000, 100000);
}

/* --- other files ---------------------------------------------------------- */

/* What is named in place of a rules file, by mistake. */
static const char *const files[] = {
    "-----BEGIN PRIVATE KEY-----\n" CANARY "\n" SMALL "\n-----END PRIVATE "
    "KEY-----\n",
    "CLIENT_ID=x\nCLIENT_SECRET=" CANARY "\nPASSWORD: " SMALL "\n",
    "export TOKEN=" SMALL "\n",
    "machine api.scopestack.io\n  login u\n  password " SMALL "\n",
    "machine api login u password " SMALL "\n",
    "{\"access_token\":\"" CANARY "\",\"" SMALL "\":1}",
    "{\"type\":\"service_account\",\"private_key\":\"" CANARY "\"}",
    "[\"" SMALL "\"]",
    CANARY "\n",
    SMALL "\n",
    SMALL ": x\n" SMALL "y: z\n",
    "Bearer " CANARY,
    "eyJhbGciOiJIUzI1NiJ9." CANARY ".x",
    SMALL "\n" SMALL ": " SMALL "\n",
    "- " SMALL "\n- x\n",
    "user:" SMALL "\n",
    "#HttpOnly_x\tTRUE\t/\tTRUE\t0\tsession\t" CANARY "\n",
};

static void
test_other_files(void **unused)
{
    static const char utf16[] = "\xff\xfe"
                                "c\0"
                                "4\0"
                                "n\0"
                                "a\0"
                                "r\0"
                                "y\0"
                                ":\0"
                                " \0"
                                "x\0"
                                "\n\0";
    static const char binary[] = "\x7f"
                                 "ELF\0\1\2" CANARY "\0" SMALL;

    (void) unused;

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        assert_kept(ss_cstr(files[i]));
    }
    assert_kept(ss_str(utf16, sizeof(utf16) - 1));
    assert_kept(ss_str(binary, sizeof(binary) - 1));
}

/* Errors of such files are places and sentences: no line is shown. */
static void
test_only_places(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_engine_t *engine;
        ss_str_t errors, line;
        bool more = true;

        ss_engine_create(&engine, ss_cstr(files[i]), "f", &m, &errors);
        while (ss_split(&errors, &more, '\n', &line)) {
            if (line.len > 0 && !ss_starts(line, SS_STR("f:"))) {
                fail_msg("for:\n%s\ngot: %.*s", files[i], SS_FMT(line));
            }
        }
        test_mem_release(&mem);
    }
}

/* --- what is shown -------------------------------------------------------- */

/* The line that is shown of a file with one error, and the caret's. */
static const struct {
    const char *yaml;
    const char *shown;
} lines[] = {
    { "version: 1\nmode: enforced # x\n", "  mode: enforced\n        ^\n" },
    { "version: 1\nmode: Loud\n", "  mode: ***\n        ^\n" },
    { "version: 1\nmode: \"of\"\n", "  mode: \"of\"\n        ^\n" },
    { "version: 2\n", "  version: 2\n           ^\n" },
    { "version: 1\nlimits: { body: 99m }\n",
      "  limits: { body: 99m }\n                  ^\n" },
    { "version: 1\nservice: {account: a b, api_url: http://x }\n",
      "  service: {account: ***, api_url: *** }\n                     ^\n" },
    { "version: 1\nteams:\n  - name: t\n    match: {header: Authorization, "
      "value: \"Bearer x\", user_agnt: x}\n",
      "      match: {header: ***, value: ***, user_agnt: ***}\n"
      "                                       ^\n" },
    { "version: 1\nteams:\n  - { name: \xc3\xa4\xc3\xa4, max: 1 }\n",
      "    - { name: ***, max: 1 }\n                   ^\n" },
    { "version: 1\ncredentials:\n  - client_id: a\n    client_secret: b\n",
      "      client_secret: ***\n      ^\n" },
    { "version: 1\nrules: { token-method: [off], <<: {} }\n",
      "  rules: { token-method: [off], <<: {} }\n"
      "                         ^\n" },
    { "version: 1\nrules: &r !x { 't': off }\n",
      "  rules: *** *** { 't': off }\n                   ^\n" },
};

static void
test_lines(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_engine_t *engine;
        ss_str_t errors;

        assert_int_equal(
            ss_engine_create(&engine, ss_cstr(lines[i].yaml), "f", &m, &errors),
            SS_ERR_CONFIG);
        if (!ss_ends(errors, ss_cstr(lines[i].shown))) {
            fail_msg("for:\n%swanted:\n%sgot:\n%.*s", lines[i].yaml,
                     lines[i].shown, SS_FMT(errors));
        }
        test_mem_release(&mem);
    }
}

/* The file's name is what was given, which may be its content. */
static void
test_name(void **unused)
{
    static const char *const names[] = {
        "Bearer " CANARY "1",
        "eyJhbGciOiJIUzI1NiJ9.eyJ" CANARY ".sig",
        "client_secret=" CANARY,
    };

    (void) unused;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_engine_t *engine;
        ss_str_t errors;

        assert_int_equal(ss_engine_load(&engine, names[i], &m, &errors),
                         SS_ERR_CONFIG);
        assert_false(is_leaked(errors));
        assert_int_equal(ss_engine_create(&engine, SS_STR("version: 2\n"),
                                          names[i], &m, &errors),
                         SS_ERR_CONFIG);
        assert_false(is_leaked(errors));
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),      cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_only_places), cmocka_unit_test(test_lines),
        cmocka_unit_test(test_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
