/*
 * What may be shown: secrets masked, controls escaped, JSON well formed.
 */

#include "check.h"

#include "json/ss_json.h"
#include "text/ss_utf8.h"

typedef struct {
    const char *text;
    const char *expect;
} pair_t;

static void
test_mask_form(void **unused)
{
    static const pair_t cases[] = {
        { "", "" },
        { "a=b&c", "a=b&c" },
        { "password=x&a=b", "password=***&a=b" },
        { "a=b&client_secret=x", "a=b&client_secret=***" },
        { "PASSWORD=x", "PASSWORD=***" },
        { "pass%77ord=x", "pass%77ord=***" },
        { "+password=x", "+password=***" },
        { "password", "***" },
        { "password=", "password=***" },
        { "password=a=b&=c", "password=***&=c" },
        { "password=a b\"c#d", "password=***" },
        { "user_code=1&device_code=2&filter[code]=3",
          "user_code=***&device_code=***&filter[code]=3" },
        /* by their values; encoded once too often; of a URL in one */
        { "a=Bearer+x&b=Basic%20YTpi", "a=Bearer+***&b=Basic%20***" },
        { "a%3Db%26password%3Dx%26c%3Dd&e=f", "***&e=f" },
        { "a=b%26password%3Dx%26c%3Dd&e=f",
          "a=b%26password%3D***%26c%3Dd&e=f" },
        { "url=https%3A%2F%2Fme%3Apw%40host%2F&a=b",
          "url=https%3A%2F%2F***%40host%2F&a=b" },
        { "a=b;pwd=x&c=d", "a=b;pwd=***&c=d" },
        { "code=1&code_verifier=2&token=3&access_token=4&bearer_token=5"
          "&refresh_token=6&assertion=7&client_assertion=8",
          "code=***&code_verifier=***&token=***&access_token=***&bearer_token="
          "***&refresh_token=***&assertion=***&client_assertion=***" },
        /* a token pasted alone */
        { "eyJhbGciOiJIUzI1NiJ9.e30.x", "***" },
        { "page[size]=10", "page[size]=10" },
        /* names that are so alone, and names that only have them in */
        { "otp=1&sig=2&pin=3&pwd=4&pass=5&user[otp]=6",
          "otp=***&sig=***&pin=***&pwd=***&pass=***&user[otp]=***" },
        { "Authorization=Bearer+1&auth=2&session=3&session_id=4&jwt=5",
          "Authorization=***&auth=***&session=***&session_id=***&jwt=***" },
        { "api_key=1&apikey=2&X-Api-Key=3&X-Amz-Signature=4",
          "api_key=***&apikey=***&X-Api-Key=***&X-Amz-Signature=***" },
        { "postcode=1&design=2&spin=3&filter[design]=4&passenger=5&code]=6",
          "postcode=1&design=2&spin=3&filter[design]=4&passenger=5&code]=***" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t masked;

        assert_int_equal(
            ss_mask_form(exact(&mem, ss_cstr(cases[i].text)), &m, &masked),
            SS_OK);
        assert_str(masked, cases[i].expect);
        test_mem_release(&mem);
    }
}

static void
test_mask_header(void **unused)
{
    static const struct {
        const char *name, *value, *expect;
    } cases[] = {
        { "Accept", "x", "x" },
        { "authorization", "Bearer abc", "Bearer ***" },
        { "Authorization", "basic YTpi", "basic ***" },
        { "Authorization", "abcdef", "***" },
        /* a scheme nobody knows may be the first half of a token */
        { "Authorization", "abc def", "***" },
        { "Proxy-Authorization", "Basic x", "Basic ***" },
        { "Cookie", "a=b", "***" },
        { "X-Api-Key", "abc", "***" },
        { "Api-Key", "abc", "***" },
        { "Authorization ", "Bearer abc", "Bearer ***" },
        { "\tX-Auth-Token", "abc", "***" },
        { "X-Designer", "abc", "abc" },
        { "Set-Cookie", "a=b", "***" },
        { "X-Forwarded-Authorization", "Bearer abc", "Bearer ***" },
        { "X-Cookie", "a=b", "***" },
        { "WWW-Authenticate", "Bearer realm=\"x\"", "Bearer realm=\"x\"" },
        { "Location", "https://x/a?b=c&code=d#e", "https://x/a?b=c&code=***" },
        { "Location", "/a#b=c&access_token=d&e", "/a#b=c&access_token=***&e" },
        { "Location", "/a?code=b#code=c?code=d", "/a?code=***" },
        { "Location", "https://a:b@c/@d", "https://***@c/@d" },
        { "Location", "https://a/b@c", "https://a/b@c" },
        { "Referer", "//a@b?c=d@e", "//***@b?c=d@e" },
        /* misspelt, or of a name that says nothing */
        { "Authorisation", "Bearer abc", "Bearer ***" },
        { "Autorization", "abc", "***" },
        { "Authentication", "abc", "***" },
        { "Auth", "abc", "***" },
        { "Bearer", "abc", "***" },
        { "JWT", "abc", "***" },
        { "X-Session-Id", "abc", "***" },
        { "X-Forwarded", "Bearer abc", "Bearer ***" },
        { "X-Note", "a Zx9Kq2Lm8Pw4Rt6Yv1Bn3Hd5 b", "a *** b" },
        { "ETag", "W/\"Zx9Kq2Lm8Pw4Rt6Yv1Bn3Hd5\"",
          "W/\"Zx9Kq2Lm8Pw4Rt6Yv1Bn3Hd5\"" },
        { "X-Request-Id", "Bearer abc", "***" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t masked;

        assert_int_equal(ss_mask_header(ss_cstr(cases[i].name),
                                        exact(&mem, ss_cstr(cases[i].value)),
                                        &m, &masked),
                         SS_OK);
        assert_str(masked, cases[i].expect);
        test_mem_release(&mem);
    }
}

static void
test_mask_body(void **unused)
{
    static const pair_t cases[] = {
        { "{\"a\":\"authorization by us, cookie factory\"}",
          "{\"a\":\"authorization by us, cookie factory\"}" },
        { "{\"Authorization\" : \"b\"}", "(23 bytes that are not shown)" },
        { "{\"a\":\"{\\\"Cookie\\\":\\\"b\\\"}\"}",
          "(26 bytes that are not shown)" },
        { "{\"a\":\"cookie: b\"}", "(17 bytes that are not shown)" },
        { "{\"a\":\"b cookie\"}", "{\"a\":\"b cookie\"}" },
        { "cookie", "cookie" },
        { "{\"pin\":\"1234\",\"a\":\"b\"}", "{\"pin\":\"***\",\"a\":\"b\"}" },
        { "{\"a\":\"Bearer x\"}", "{\"a\":\"Bearer ***\"}" },
        { "\xFF\xFE{", "(3 bytes that are not shown)" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t masked;

        assert_int_equal(ss_mask_body(exact(&mem, ss_cstr(cases[i].text)),
                                      SS_STR("application/vnd.api+json"),
                                      SS_KIND_API, &m, &masked),
                         SS_OK);
        assert_str(masked, cases[i].expect);
        test_mem_release(&mem);
    }
}

static void
test_printable(void **unused)
{
    static const pair_t cases[] = {
        { "", "" },
        { "plain \"text\"", "plain \"text\"" },
        { "\x1b[31m\r\n\t", "\\x1b[31m\\x0d\\x0a\\x09" },
        { "\x7f", "\\x7f" },
        /* a control of two bytes; a letter of two bytes */
        { "\xc2\x9b \xc3\xa4", "\\xc2\\x9b \xc3\xa4" },
        /* what turns a line around, or ends it */
        { "\xe2\x80\xaex\xe2\x81\xa9", "\\xe2\\x80\\xaex\\xe2\\x81\\xa9" },
        { "\xe2\x80\xa8\xd8\x9c", "\\xe2\\x80\\xa8\\xd8\\x9c" },
        { "\xe2\x80\x93\xd8\xa8", "\xe2\x80\x93\xd8\xa8" },
        { "\xff\xc3", "\\xff\\xc3" },
        { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t text;

        assert_int_equal(
            ss_printable(exact(&mem, ss_cstr(cases[i].text)), &m, &text),
            SS_OK);
        assert_str(text, cases[i].expect);
        test_mem_release(&mem);
    }
}

static void
test_json_quote(void **unused)
{
    static const pair_t cases[] = {
        { "", "\"\"" },
        { "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
        { "\x01\n\x7f", "\"\\u0001\\u000a\\u007f\"" },
        { "\xe2\x82\xac", "\"\xe2\x82\xac\"" },
        { "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t text;
        ss_buf_t buf;

        ss_buf_init(&buf, &m);
        ss_json_quote(&buf, exact(&mem, ss_cstr(cases[i].text)));
        assert_int_equal(ss_buf_done(&buf, &text), SS_OK);
        assert_str(text, cases[i].expect);
        test_mem_release(&mem);
    }
}

static void
test_utf8(void **unused)
{
    static const struct {
        const char *text;
        size_t length;
        uint32_t code;
    } cases[] = {
        { "a", 1, 'a' },
        { "\xc2\x80", 2, 0x80 },
        { "\xef\xbf\xbd", 3, 0xFFFD },
        { "\xf4\x8f\xbf\xbf", 4, 0x10FFFF },
        /* none: continuation, overlong, surrogate, beyond, cut */
        { "\x80", 0, 0 },
        { "\xc0\xaf", 0, 0 },
        { "\xc1\xbf", 0, 0 },
        { "\xe0\x80\xaf", 0, 0 },
        { "\xf0\x80\x80\xaf", 0, 0 },
        { "\xed\xbf\xbf", 0, 0 },
        { "\xf4\x90\x80\x80", 0, 0 },
        { "\xf5\x80\x80\x80", 0, 0 },
        { "\xc3", 0, 0 },
        { "\xe2\x82", 0, 0 },
        { "\xc3(", 0, 0 },
        { "", 0, 0 },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_str_t text = exact(&mem, ss_cstr(cases[i].text));

        assert_int_equal(ss_utf8_length(text), cases[i].length);
        if (cases[i].length > 0) {
            assert_int_equal(ss_utf8_code(text), cases[i].code);
        }
        test_mem_release(&mem);
    }
}

static void
test_secret_hash(void **unused)
{
    char hex[65];

    (void) unused;

    /* FIPS 180-2, B.1 */
    ss_secret_hash(SS_STR("abc"), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
                             "b00361a396177a9cb410ff61f20015ad");
}

static void
test_arena(void **unused)
{
    ss_arena_t arena;
    ss_mem_t mem;

    (void) unused;

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);

    for (size_t size = 0; size < 100000; size = size * 2 + 1) {
        uint8_t *block = mem.alloc(mem.ctx, size);

        assert_non_null(block);
        assert_int_equal((uintptr_t) block % _Alignof(max_align_t), 0);
        memset(block, 0xAA, size);
    }
    assert_null(mem.alloc(mem.ctx, SIZE_MAX));
    assert_null(mem.alloc(mem.ctx, SIZE_MAX - 64));
    assert_null(ss_alloc(&mem, SIZE_MAX / 2, 3));

    ss_arena_release(&arena);
    assert_non_null(mem.alloc(mem.ctx, 1));
    ss_arena_release(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mask_form),   cmocka_unit_test(test_mask_header),
        cmocka_unit_test(test_mask_body),   cmocka_unit_test(test_printable),
        cmocka_unit_test(test_json_quote),  cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_secret_hash), cmocka_unit_test(test_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
