/*
 * The judge of secrets: names, values, and free text with both.
 */

#include "check.h"

#include <stdio.h>

#include "secrets/ss_secret.h"

#define TOKEN "Zx9Kq2Lm8Pw4Rt6Yv1Bn3Hd5"
#define JWT "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln"

typedef struct {
    const char *text;
    const char *expect;
} pair_t;

static const char *const secret_names[] = {
    "client_secret",
    "clientSecret",
    "CLIENT-SECRET",
    "client.secret",
    "password",
    "user[password]",
    "user[password_confirmation]",
    "passwd",
    "new_password",
    "db_pass",
    "pwd",
    "pw",
    "mysql_pwd",
    "passphrase",
    "pass_phrase",
    "passcode",
    "passkey",
    "access_token",
    "accessToken",
    "refresh_token",
    "id_token",
    "token",
    "_csrf",
    "csrf_token",
    "XSRF-TOKEN",
    "code",
    "code_verifier",
    "device_code",
    "deviceCode",
    "user_code",
    "auth_code",
    "authorization_code",
    "verification_code",
    "mfa_code",
    "totp",
    "totp_code",
    "otp",
    "user[otp]",
    "otp_attempt",
    "2fa_code",
    "assertion",
    "client_assertion",
    "signature",
    "sig",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "credential",
    "credentials",
    "private_key",
    "privateKey",
    "access_key",
    "AWSAccessKeyId",
    "secret_key",
    "api_key",
    "apikey",
    "apiKey",
    "APIKey",
    "X-Api-Key",
    "Ocp-Apim-Subscription-Key",
    "signing_key",
    "key",
    "bearer",
    "bearer_token",
    "Bearer",
    "jwt",
    "JWT",
    "X-JWT-Assertion",
    "ticket",
    "SAMLResponse",
    "SAMLRequest",
    "SAMLart",
    "session",
    "session_id",
    "sessionid",
    "JSESSIONID",
    "PHPSESSID",
    "connect.sid",
    "X-Session-Id",
    "_app_session",
    "Cookie",
    "Set-Cookie",
    "Authorization",
    "Authorisation",
    "Autorization",
    "Authentication",
    "Authorizaton",
    "Authorzation",
    "Autherization",
    "Athorization",
    "X-Authorization",
    "Proxy-Authorization",
    "Proxy-Authorisation",
    "Auth",
    "X-Auth",
    "X-Auth-Token",
    "auth",
    "pin",
    "hmac",
    "dsn",
    "magic_link",
    "passwort",
    "recovery_code",
    "session_key",
    "seed_phrase",
    "wachtwoord",
    "kennwort",
    "contrasena",
    "motDePasse",
    "mnemonic",
    "wresult",
    "card_number",
    "creditCard",
    "connection_string",
    "challenge_response",
    "security_answer",
    "pswd",
    "db_pw",
    "psw",
    "pasword",
    "passowrd",
    "client_secert",
    "sercet",
    "ssn",
    "cvv",
    "cvc",
    "salt",
    "pkcs12",
    "tgt",
    "pgt",
    "jws",
    "jwe",
    "pword",
    "login_code",
    "2fa",
    "mfa",
    "assertion[0]",
    "user[credentials][pw]",
    "client_sec\xE2\x80\x8Bret",
};

static const char *const public_names[] = {
    "client_id",
    "clientId",
    "grant_type",
    "token_type",
    "token_type_hint",
    "token_endpoint",
    "redirect_uri",
    "response_type",
    "scope",
    "username",
    "page[size]",
    "page[number]",
    "filter[name]",
    "filter[code]",
    "filter[key]",
    "sort",
    "include",
    "fields[projects]",
    "postcode",
    "zip_code",
    "country-code",
    "design",
    "spin",
    "passenger",
    "compass",
    "author",
    "authors",
    "authority",
    "Author-Name",
    "Accept",
    "Host",
    "Content-Type",
    "User-Agent",
    "X-Request-Id",
    "X-Team",
    "keyboard",
    "monkey",
    "hockey",
    "Idempotency-Key",
    "sort_key",
    "primary-key",
    "Sec-WebSocket-Key",
    "tickets",
    "sessions",
    "pins",
    "secretary",
    "code_challenge_method",
    "session_type",
    "state",
    "name",
    "id",
    "",
    "option",
    "potpourri",
    "expires_in",
    "error_description",
    "basic",
};

/* As the name of a parameter and of a header in a text, which a look must not
   pass over. */
static void
is_found(const char *name)
{
    static const char *const formats[] = { "a=b&%s=x", "/v1/a%%3F%s%%3Dx",
                                           "A: b\n%s: x", "{\"%s\":\"x\"}" };

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        char text[128];

        snprintf(text, sizeof(text), formats[i], name);
        if (!ss_has_secret(ss_cstr(text))
            || !ss_line_has_secret(ss_cstr(text))) {
            fail_msg("not found: %s", text);
        }
    }
}

static void
test_names(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(secret_names) / sizeof(secret_names[0]);
         i++) {
        if (!ss_secret_name(ss_cstr(secret_names[i]))) {
            fail_msg("not secret: %s", secret_names[i]);
        }
        is_found(secret_names[i]);
    }
    for (size_t i = 0; i < sizeof(public_names) / sizeof(public_names[0]);
         i++) {
        if (ss_secret_name(ss_cstr(public_names[i]))) {
            fail_msg("not public: %s", public_names[i]);
        }
    }
}

/* A name that is too long to be read at once. */
static void
test_long_names(void **unused)
{
    char name[400];

    (void) unused;

    for (size_t at = 0; at + 8 < sizeof(name); at++) {
        memset(name, 'x', sizeof(name));
        memcpy(name + at, "password", 8);
        assert_true(ss_secret_name(ss_str(name, sizeof(name))));
    }
}

static void
test_values(void **unused)
{
    static const char *const secret[] = {
        TOKEN,
        "\"" TOKEN "\"",
        JWT,
        "Bearer x1",
        "bearer x1",
        "Basic YTpi",
        "Basic%20YTpi",
        "Basic+YTpi",
        "Bearer%2520x1",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "AbCdEfGhIjKlMnOpQrStUv1=",
        "Zx9Kq2/m8Pw4Rt6+v1Bn3H/5zQ==",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY",
        "Zx9Kq2.Lm8Pw4-Rt6Yv_1Bn3~Hd5",
        "Zx9Kq2Lm8%2BPw4Rt6Yv1Bn3Hd5",
    };
    static const char *const open[] = {
        "",
        "x",
        "Bearer",
        "Basic",
        "Zx9Kq2Lm8Pw4Rt6Yv1Bn3Hd",
        "invalid_client",
        "unauthorized_client",
        "client_credentials",
        "0123456789abcdef0123456789abcdef",
        "application/vnd.api+json",
        "123E4567-e89b-12d3-a456-426614174000",
        "Bearer token is missing",
        "account-slug-missing",
        "a sentence of Some 24 words and more",
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
        if (!ss_has_secret(ss_cstr(secret[i]))) {
            fail_msg("not secret: %s", secret[i]);
        }
    }
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        if (ss_has_secret(ss_cstr(open[i]))) {
            fail_msg("secret: %s", open[i]);
        }
    }
}

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

/* Secrets in free text, and what stays of it. */
static const pair_t free_texts[] = {
    /* schemes */
    { "Bearer abc", "Bearer ***" },
    { "x Bearer abc, y", "x Bearer ***, y" },
    { "Authorisation: Bearer abc", "Authorisation: Bearer ***" },
    { "Authorization: Basic YTpi\nAccept: x", "Authorization: Basic ***\n"
                                              "Accept: x" },
    { "Authorization: Digest username=\"a\", response=\"b\"",
      "Authorization: ***" },
    { "curl -H 'Authorization: Bearer abc def' URL",
      "curl -H 'Authorization: Bearer ***' URL" },
    { "/v1/Bearer%20abc/x", "/v1/Bearer%20***" },
    { "/v1/clients/Bearer+abc?x=1", "/v1/clients/Bearer+***?x=1" },
    { "/v1/bearer/abc", "/v1/bearer/***" },
    { "Basic%2520YTpi", "Basic%2520***" },
    { "Bearer Bearer abc", "Bearer Bearer ***" },
    { "Bearer: abc", "Bearer: ***" },
    /* words */
    { "x " TOKEN " y", "x *** y" },
    { "/v1/clients/" TOKEN "/items", "/v1/clients/***/items" },
    { "[" JWT "]", "[***]" },
    { "/v1/" JWT, "/v1/***" },
    /* pairs */
    { "client_secret=x&grant_type=password",
      "client_secret=***&grant_type=password" },
    { "/v1/clients%3Faccess_token=x", "/v1/clients%3Faccess_token=***" },
    { "/v1/clients%3Faccess_token%3Dx%26a%3Db",
      "/v1/clients%3Faccess_token%3D***%26a%3Db" },
    { "a=b%26client_secret=x", "a=b%26client_secret=***" },
    { "grant_type%253Dpassword%2526password%253Dx%2526a%253Db",
      "grant_type%253Dpassword%2526password%253D***%2526a%253Db" },
    { "/v1/clients;token=x", "/v1/clients;token=***" },
    { "/v1/client_secret=x/y z", "/v1/client_secret=*** z" },
    { "{\"code\":\"123456\",\"a\":1}", "{\"code\":\"***\",\"a\":1}" },
    { "code=105&a=b", "code=***&a=b" },
    { "a=b;pwd=x", "a=b;pwd=***" },
    { "?bearer=x&device_code=y", "?bearer=***&device_code=***" },
    { "{\"password\": \"a b\\\"c\", \"x\": 1}",
      "{\"password\": \"***\", \"x\": 1}" },
    { "{\\\"password\\\": \\\"a b\\\", \\\"x\\\": 1}",
      "{\\\"password\\\": \\\"***\\\", \\\"x\\\": 1}" },
    { "{\"pin\":1234,\"x\":1}", "{\"pin\":***,\"x\":1}" },
    { "{\"tokens\":[\"a\",\"b\"],\"x\":1}", "{\"tokens\":***,\"x\":1}" },
    { "%22password%22%3A%22x%22", "%22password%22%3A%22***%22" },
    { "{:password=>\"x\"}", "{:password=>\"***\"}" },
    { "password: x\nuser: y", "password: ***\nuser: y" },
    { "password:\n  x\nuser: y", "password:\n  ***\nuser: y" },
    { "password:\nuser: y", "password:\nuser: y" },
    { "the API key: x", "the API key: ***" },
    { "the Session Id: x", "the Session Id: ***" },
    { "client_secret\\u003dx\\u0026a=b", "client_secret\\u003d***\\u0026a=b" },
    { "a=b&amp;client_secret=x&amp;c=d", "a=b&amp;client_secret=***&amp;c=d" },
    { "GET /x?code=1 HTTP/1.1\", referrer: \"y\"",
      "GET /x?code=*** HTTP/1.1\", referrer: \"y\"" },
    { "\"/x?code=1\", referrer: \"y\"", "\"/x?code=***\", referrer: \"y\"" },
    { "Cookie: a=b; c=d", "Cookie: ***" },
    /* userinfo */
    { "https://me:pw@host/x", "https://***@host/x" },
    { "https://me:p/w?#x@host/x", "https://***@host/x" },
    { "?url=https%3A%2F%2Fme%3Apw%40host", "?url=https%3A%2F%2F***%40host" },
    { "--proxy me:pw@host", "--proxy me:***@host" },
    /* options */
    { "curl -u me:pw URL", "curl -u *** URL" },
    { "curl -ume:pw URL", "curl -ume:*** URL" },
    { "curl --oauth2-bearer abc URL", "curl --oauth2-bearer *** URL" },
    { "curl --user 'me:p w' URL", "curl --user '***' URL" },
    { "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----" },
};

static void
test_texts(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(free_texts) / sizeof(free_texts[0]); i++) {
        redacts(free_texts[i].text, free_texts[i].expect);
    }
    assert_int_equal(failures, 0);
}

/* What users and support need. */
static const char *const benign[] = {
    "GET /acme/v1/clients?filter[name]=Acme%20Inc&page[size]=25 HTTP/1.1",
    "/Acme/v1/projects/123e4567-E89b-12d3-a456-426614174000/relationships",
    "/Acme/v1/projects/0123456789abcdef0123456789abcdef/Line-Items/42",
    "filter[created-at][gte]=2024-01-01T00:00:00.000Z&sort=-created-at",
    "include=project,project.sales-executive,phases.services&Page[Size]=100",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678",
    "X-Request-Id: " TOKEN,
    "client_id=" TOKEN "&grant_type=client_credentials",
    "{\"client_id\": \"" TOKEN "\", \"grant_type\": \"password\"}",
    "ETag: W/\"" TOKEN "\"",
    "Content-Type: multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk"
    "TrZu0gW",
    "Content-Type: application/vnd.openxmlformats-officedocument."
    "wordprocessingml.document",
    "Accept: application/vnd.api+json, application/json;q=0.9, */*;q=0.8",
    "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
    "537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "User-Agent: ScopeStackIntegration/2.1.0-beta.3 Apache-HttpClient/4.5.13",
    "User-Agent: aws-sdk-java/1.12.261 OpenJDK_64-Bit_Server_VM/25.352-b08",
    "User-Agent: Dalvik/2.1.0 (Linux; U; Android 13; SM-S918B Build/TP1A."
    "220624.014)",
    "WWW-Authenticate: Bearer realm=\"Doorkeeper\", error=\"invalid_token\"",
    "Tue, 01 Dec 2026 03:32:43 GMT",
    "error=invalid_client&error_description=Client+authentication+failed",
    "The Bearer token is missing. Basic auth is not supported, use Basic "
    "authentication",
    "filter[name]=Basic+Support&filter[plan]=Basic%20Professional",
    "sscurl: account-slug-missing: repaired: /v1/clients becomes "
    "/acme/v1/clients",
    "https://app.scopestack.io/oauth/token",
    "https://api.scopestack.io:443/Acme/v1/"
    "clients?filter[email]=me@example.com",
    "https://docs.ScopeStack.io/2024/Release-Notes/Version-12-3-4#Section-2",
    "mailto:me@example.com, user me@example.com at 12:30:45",
    "token_type=Bearer&expires_in=7200&scope=public",
    "{\"errors\":[{\"code\":\"105\",\"detail\":\"name is not allowed\"}]}",
    "kubernetes/deploy/prod/ClientList.yaml, t/cases/Query2.yaml, src/Foo1.c",
    "http://127.0.0.1:8080/acme/v1/clients/AbC12xY/relationships/Project",
    "name=Acme&value=12; key account: Acme; turnkey: yes; bypass: no",
    "Statement-of-Work-Acme-Corporation-2024-v3.docx",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
};

static void
test_benign(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(benign) / sizeof(benign[0]); i++) {
        redacts(benign[i], benign[i]);
    }
    assert_int_equal(failures, 0);
}

static void
test_not_text(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t redacted;

    (void) unused;

    assert_true(ss_has_secret(ss_str("a\0b", 3)));
    assert_int_equal(ss_redact_text(ss_str("a\0b", 3), &m, &redacted), SS_OK);
    assert_str(redacted, "(3 bytes that are not shown)");
    assert_int_equal(ss_redact_text(ss_cstr("a\xFC b"), &m, &redacted), SS_OK);
    assert_str(redacted, "(4 bytes that are not shown)");
    assert_int_equal(ss_redact_text(ss_str(NULL, 0), &m, &redacted), SS_OK);
    assert_int_equal(redacted.len, 0);

    mem.fail_at = mem.count;
    assert_int_equal(ss_redact_text(ss_cstr("Bearer x"), &m, &redacted),
                     SS_ERR_NOMEM);
    test_mem_release(&mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),  cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_values), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_benign), cmocka_unit_test(test_not_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
