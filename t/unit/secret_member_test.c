/*
 * secret_member_test.c: secrets whose name stands in a place of its own, and
 * ways to write a pair that languages and scripts have; names in them.
 */

#include "check.h"

#include <stdio.h>

#include "secrets/ss_secret.h"

typedef struct {
    const char *text;
    const char *expect;
} pair_t;

static unsigned failures;

static void
redacts(const char *text, const char *expect)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t redacted, again;

    assert_int_equal(ss_redact_text(exact(&mem, ss_cstr(text)), &m, &redacted),
                     SS_OK);
    if (!ss_eq(redacted, ss_cstr(expect))) {
        print_error("%s\n became %.*s\n not    %s\n", text, SS_FMT(redacted),
                    expect);
        failures++;
    }
    assert_int_equal(ss_redact_text(redacted, &m, &again), SS_OK);
    if (!ss_eq(redacted, again)) {
        print_error("%s\n became %.*s\n then   %.*s\n", text, SS_FMT(redacted),
                    SS_FMT(again));
        failures++;
    }
    assert_int_equal(ss_has_secret(ss_cstr(text)), strcmp(text, expect) != 0);
    test_mem_release(&mem);
}

static const char *const secret_names[] = {
    "newpwd",          "oldpass",
    "password2",       "cvv2",
    "creds",           "access_tkn",
    "auth_tok",        "appkey",
    "masterkey",       "sshkey",
    "subscriptionkey", "invitation_code",
    "sess_id",         "X-Authz",
    "senha",           "clave",
    "geheimnis",       "contraseña",
    "hasło",           "Schlüssel",
    "Пароль",          "密码",
    "パスワード",      "p\xD0\xB0ssword",
    "p%D0%B0ssword",   "ｐａｓｓｗｏｒｄ",
    "client–secret",   " password ",
};

/* They only look like these. */
static const char *const public_names[] = {
    "authenticated", "tokens_used", "password_changed_at",
    "token_count",   "pass_rate",   "bypass",
    "área",          "größe",       "España",
    "название",
};

static const pair_t cases[] = {
    { "\"password\" => \"x\", \"a\" => 1",
      "\"password\" => \"***\", \"a\" => 1" },
    { "{\\\"password\\\"=>\\\"x\\\"}", "{\\\"password\\\"=>\\\"***\\\"}" },
    { "password = \"\"\"x y\"\"\" z", "password = \"***\" z" },
    { "password: 'a''x' z", "password: '***' z" },
    { "password: |\n  x\nuser: y", "password: |\n  ***\nuser: y" },
    { "passphrase: a b c\nuser: y", "passphrase: ***\nuser: y" },
    { "password＝x&a=b", "password＝***&a=b" },
    { "密码：x y", "密码：*** y" },
    { "%E5%AF%86%E7%A0%81=x", "%E5%AF%86%E7%A0%81=***" },
    { "p\xD0\xB0ssword=x", "p\xD0\xB0ssword=***" },
    { "x=Ka7%2FQz8%2FRx9Lm%2FTv0Wn1Bp2Cd3Q", "x=***" },
    /* names in places of their own */
    { "{\"name\":\"password\",\"value\":\"x\"},{\"value\":1}",
      "{\"name\":\"password\",\"value\":\"***\"},{\"value\":1}" },
    { "{\"key\": \"token\", \"value\": \"x\", \"type\": \"text\"}",
      "{\"key\": \"***\", \"value\": \"***\", \"type\": \"text\"}" },
    { "{\"type\":\"text\",\"value\":\"x\",\"name\":\"client_secret\"}",
      "{\"type\":\"text\",\"value\":\"***\",\"name\":\"client_secret\"}" },
    { "{\"value\":\"x\",\"type\":\"text\"},{\"name\":\"password\"}",
      "{\"value\":\"x\",\"type\":\"text\"},{\"name\":\"password\"}" },
    { "%7B%22name%22%3A%22pwd%22%2C%22value%22%3A%22x%22%7D",
      "%7B%22name%22%3A%22pwd%22%2C%22value%22%3A%22***%22%7D" },
    { "<input name=\"password\" value=\"x\"> a",
      "<input name=\"password\" value=\"***\"> a" },
    { "<p name='otp'>x</p><p>y</p>", "<p name='otp'>***</p><p>y</p>" },
    { "<a:password t='1'>x</a:password>y",
      "<a:password t='1'>***</a:password>y" },
    { "%3Cpassword%3Ex%3C/password%3E", "%3Cpassword%3E***%3C/password%3E" },
    { "put <password> here, then <b>", "put <password> here, then <b>" },
    { "name=token&value=x&a=b", "name=token&value=***&a=b" },
    { "{\"name\":\"Training Session\",\"value\":3}",
      "{\"name\":\"Training Session\",\"value\":3}" },
    /* options */
    { "curl -u\"me:p w\" URL", "curl -u\"***\" URL" },
    { "curl -Ume:pw URL", "curl -Ume:*** URL" },
    { "curl --cert c.pem:pw -b a=x URL", "curl --cert *** -b *** URL" },
};

static void
test_members(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        redacts(cases[i].text, cases[i].expect);
    }
    assert_int_equal(failures, 0);
}

static void
test_names(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(secret_names) / sizeof(secret_names[0]);
         i++) {
        char text[128];

        snprintf(text, sizeof(text), "a=b&%s=x", secret_names[i]);
        if (!ss_secret_name(ss_cstr(secret_names[i]))
            || !ss_has_secret(ss_cstr(text))) {
            fail_msg("not secret: %s", secret_names[i]);
        }
    }
    for (size_t i = 0; i < sizeof(public_names) / sizeof(public_names[0]);
         i++) {
        if (ss_secret_name(ss_cstr(public_names[i]))) {
            fail_msg("not public: %s", public_names[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_names),
                                        cmocka_unit_test(test_members) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
