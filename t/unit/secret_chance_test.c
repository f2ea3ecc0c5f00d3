/*
 * The judge of secrets on texts that are put together by chance.
 */

#include "check.h"

#include "secrets/ss_secret.h"

#define TOKEN "Zx9Kq2Lm8Pw4Rt6Yv1Bn3Hd5"
#define JWT "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln"

static const char *const fragments[] = {
    "password",
    "key",
    "pw",
    "code",
    "client_id",
    "filter[",
    "]",
    "name",
    "id",
    "user:",
    "Bearer",
    "Basic",
    "abc",
    "Support",
    TOKEN,
    JWT,
    "0123456789abcdef",
    "A",
    "b",
    "7",
    "=",
    "=",
    "&",
    "&",
    "?",
    ";",
    "#",
    ":",
    ": ",
    " ",
    "\n",
    "+",
    "/",
    "//",
    "https://",
    "@",
    "%3D",
    "%26",
    "%253D",
    "%20",
    "%70",
    "\"",
    "'",
    "\\",
    "\\u003d",
    "{",
    "}",
    "[",
    ",",
    "&amp;",
    "&quot;",
    "-u ",
    "--token ",
    "-",
    ".",
    "~",
    "\xE2\x80\x8B",
    "***",
    "-----BEGIN PRIVATE KEY-----",
    "\0",
};

static uint32_t state = 1;

static unsigned
chance(unsigned below)
{
    state = state * 1664525u + 1013904223u;

    return (unsigned) ((uint64_t) (state >> 8) * below >> 24);
}

/* What a look passes over has no secret; what was redacted has none left. */
static void
test_by_chance(void **unused)
{
    unsigned passed_over = 0, changed = 0;

    (void) unused;

    for (unsigned n = 0; n < 60000; n++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_buf_t buf;
        ss_str_t text, redacted, again, secret;

        ss_buf_init(&buf, &m);
        for (unsigned count = 1 + chance(9); count > 0; count--) {
            ss_buf_adds(
                &buf,
                fragments[chance(sizeof(fragments) / sizeof(fragments[0]))]);
        }
        text = exact(&mem, built(&buf));

        if (!ss_secret_look(text)) {
            ss_secret_scan_t scan = { .text = text };
            ss_secret_scan_t line = { .text = text, .in_urls = true };

            passed_over++;
            if (ss_secret_next(&scan, &secret)
                || ss_secret_next(&line, &secret)) {
                fail_msg("passed over: %.*s", SS_FMT(text));
            }
        }

        assert_int_equal(ss_redact_text(text, &m, &redacted), SS_OK);
        assert_int_equal(ss_redact_text(redacted, &m, &again), SS_OK);
        if (!ss_eq(redacted, again)) {
            changed++;
        }
        test_mem_release(&mem);
    }
    assert_true(passed_over > 5000);

    /* a second time too much may be redacted, where nobody writes so */
    assert_true(changed < 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_chance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
