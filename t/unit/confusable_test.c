/*
 * Look-alike characters: which they are, where they are, and how far a search
 * for the right secret goes.
 */

#include "check.h"

#include "ss_confusable.h"
#include "ss_crypto.h"

static void
test_equal(void **unused)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        { "", "", true },
        { "abc", "abc", true },
        { "Il1O0", "1Il0O", true },
        { "abc", "abd", false },
        { "abc", "ab", false },
        { "O", "o", false },
        /* Cyrillic a, Greek omicron, an en dash */
        { "\xd0\xb0", "a", true },
        { "\xce\x9f", "0", true },
        { "a\xe2\x80\x93z", "a-z", true },
        { "\xff", "\xff", true },
        { "\xff", "\xfe", false },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;

        assert_int_equal(ss_confusable_equal(exact(&mem, ss_cstr(cases[i].a)),
                                             exact(&mem, ss_cstr(cases[i].b))),
                         cases[i].equal);
        test_mem_release(&mem);
    }
}

static void
test_where(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t where;

    (void) unused;

    assert_int_equal(ss_confusable_where(SS_STR("xIx0\xd0\xb0z"),
                                         SS_STR("xlxOaz"), &m, &where),
                     SS_OK);
    assert_true(ss_starts(where, SS_STR("character 2 (I, l or 1), "
                                        "character 4 (O or 0), "
                                        "character 5")));
    test_mem_release(&mem);
}

static bool
has_digest(void *digest, ss_str_t variant)
{
    uint8_t other[SS_SHA256_LEN];

    ss_sha256(variant, other);

    return ss_digest_equal(other, digest);
}

/* Whether the right secret is found from the wrong one. */
static bool
finds(ss_str_t wrong, ss_str_t right)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    uint8_t digest[SS_SHA256_LEN];
    ss_str_t variant;
    bool found;

    ss_sha256(right, digest);
    assert_int_equal(ss_confusable_variant(exact(&mem, wrong), has_digest,
                                           digest, &m, &variant),
                     SS_OK);
    found = variant.data != NULL;
    if (found) {
        assert_true(ss_eq(variant, right));
    }
    test_mem_release(&mem);

    return found;
}

static void
test_variants(void **unused)
{
    static uint8_t wrong[SS_SECRET_MAX + 1], right[SS_SECRET_MAX + 1];

    (void) unused;

    assert_true(finds(SS_STR("aIb0c"), SS_STR("alb0c")));
    assert_true(finds(SS_STR("aIb0c"), SS_STR("a1bOc")));
    assert_true(finds(SS_STR("\xd0\xb0I"), SS_STR("aI")));
    assert_true(finds(SS_STR("\xd0\xb0I"), SS_STR("al")));
    assert_false(finds(SS_STR("abc"), SS_STR("abd")));
    assert_false(finds(SS_STR(""), SS_STR("a")));

    /* one change among as many places as a secret may have */
    memset(wrong, 'I', sizeof(wrong));
    memset(right, 'I', sizeof(right));
    right[SS_SECRET_MAX - 1] = '1';
    assert_true(
        finds(ss_str(wrong, SS_SECRET_MAX), ss_str(right, SS_SECRET_MAX)));
    assert_false(finds(ss_str(wrong, SS_SECRET_MAX + 1),
                       ss_str(right, SS_SECRET_MAX + 1)));

    /* three changes at the end of many places are beyond the bound */
    memset(right + SS_SECRET_MAX - 3, 'l', 3);
    assert_false(
        finds(ss_str(wrong, SS_SECRET_MAX), ss_str(right, SS_SECRET_MAX)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_where),
        cmocka_unit_test(test_variants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
