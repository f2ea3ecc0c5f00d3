/*
 * SHA-256 of whichever provider this is linked with, and base64. libcrypto is
 * called here to compare with, also where the provider is another one.
 */

#include "check.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include "text/ss_base64.h"
#include "text/ss_crypto.h"

/* --- SHA-256 ------------------------------------------------------------ */

#define TWO_BLOCKS "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

/* FIPS 180-2, B.1 and B.2; and of nothing. */
static const struct {
    const char *text;
    const char *hex;
} vectors[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb924"
          "27ae41e4649b934ca495991b7852b855" },
    { "abc", "ba7816bf8f01cfea414140de5dae2223"
             "b00361a396177a9cb410ff61f20015ad" },
    { TWO_BLOCKS, "248d6a61d20638b8e5c026930c3e6039"
                  "a33ce45964ff2167f6ecedd419db06c1" },
};

static void
test_vectors(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        char hex[65];

        ss_secret_hash(ss_cstr(vectors[i].text), hex);
        assert_string_equal(hex, vectors[i].hex);
    }
}

/* FIPS 180-2, B.3: a million of the letter a. */
static void
test_long(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t alloc = test_mem(&mem);
    size_t len = 1000000;
    uint8_t *text = alloc.alloc(alloc.ctx, len);
    char hex[65];

    (void) unused;

    memset(text, 'a', len);
    ss_secret_hash(ss_str(text, len), hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
                             "f1809a48a497200e046d39ccc7112cd0");
    test_mem_release(&mem);
}

static ss_str_t
random_text(test_mem_t *mem, size_t len)
{
    ss_mem_t alloc = test_mem(mem);
    uint8_t *text = alloc.alloc(alloc.ctx, len);

    for (size_t i = 0; i < len; i++) {
        text[i] = (uint8_t) rand();
    }

    return ss_str(text, len);
}

/* Every length around the ends of blocks, one hasher for all. */
static void
test_like_openssl(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t alloc = test_mem(&mem);
    ss_hasher_t *hasher = ss_hasher_create(&alloc);

    (void) unused;

    srand(1);
    assert_non_null(hasher);
    for (size_t len = 0; len < 300; len++) {
        ss_str_t text = random_text(&mem, len);
        uint8_t theirs[SS_SHA256_LEN], ours[SS_SHA256_LEN];

        SHA256(text.data, text.len, theirs);
        ss_sha256(text, ours);
        assert_memory_equal(ours, theirs, SS_SHA256_LEN);
        memset(ours, 0, sizeof(ours));
        assert_true(ss_hasher_sha256(hasher, text, ours));
        assert_memory_equal(ours, theirs, SS_SHA256_LEN);
    }
    ss_hasher_destroy(hasher);
    test_mem_release(&mem);
}

static void
test_no_memory(void **unused)
{
    test_mem_t mem = { .fail_at = 1 };
    ss_mem_t alloc = test_mem(&mem);

    (void) unused;

    assert_null(ss_hasher_create(&alloc));
    test_mem_release(&mem);
}

static void
test_equal(void **unused)
{
    uint8_t a[SS_SHA256_LEN] = { 0 }, b[SS_SHA256_LEN] = { 0 };

    (void) unused;

    assert_true(ss_digest_equal(a, b));
    for (size_t bit = 0; bit < 8 * SS_SHA256_LEN; bit++) {
        b[bit / 8] ^= (uint8_t) (1 << bit % 8);
        assert_false(ss_digest_equal(a, b));
        assert_false(ss_digest_equal(b, a));
        b[bit / 8] = 0;
    }
}

static void
test_wipe(void **unused)
{
    uint8_t text[] = "xsecretx";

    (void) unused;

    ss_wipe(ss_str(text + 1, 6));
    assert_memory_equal(text, "x\0\0\0\0\0\0x", 9);
    ss_wipe(ss_str(NULL, 0));
}

/* --- base64 ------------------------------------------------------------- */

/* NULL: it is none. */
static const struct {
    const char *base64;
    const char *text;
} decoded[] = {
    /* RFC 4648, 10; padding may be left off */
    { "Zg==", "f" },        { "Zm8=", "fo" },        { "Zm9v", "foo" },
    { "Zm9vYg==", "foob" }, { "Zm9vYmE=", "fooba" }, { "Zm9vYmFy", "foobar" },
    { "Zg", "f" },          { "Zm8", "fo" },         { "Zm9vYg=", "foob" },
    { "Zg======", "f" },    { "Zh==", "f" },         { "++//", "\xFB\xEF\xFF" },
    { "", NULL },           { "=", NULL },           { "Z", NULL },
    { "Zm9vY", NULL },      { "Zm9v Yg==", NULL },   { "Zm9v\n", NULL },
    { "Zg==Zg==", NULL },   { "--__", NULL },        { "Zm9\xFF", NULL },
};

static void
test_decode(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(decoded) / sizeof(decoded[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t alloc = test_mem(&mem);
        ss_str_t text;

        assert_int_equal(
            ss_base64_decode(exact(&mem, ss_cstr(decoded[i].base64)), &alloc,
                             &text),
            SS_OK);
        if (decoded[i].text == NULL) {
            assert_null(text.data);
        } else {
            assert_str(text, decoded[i].text);
        }
        test_mem_release(&mem);
    }
}

static void
test_base64_like_openssl(void **unused)
{
    (void) unused;

    srand(2);
    for (size_t len = 1; len < 200; len++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t alloc = test_mem(&mem);
        ss_str_t text = random_text(&mem, len), again;
        uint8_t *theirs = alloc.alloc(alloc.ctx, len / 3 * 4 + 5);
        int n = EVP_EncodeBlock(theirs, text.data, (int) len);
        ss_str_t ours;

        assert_int_equal(ss_base64_encode(text, &alloc, &ours), SS_OK);
        assert_int_equal(ours.len, n);
        assert_memory_equal(ours.data, theirs, ours.len);
        assert_int_equal(ss_base64_decode(exact(&mem, ours), &alloc, &again),
                         SS_OK);
        assert_int_equal(again.len, len);
        assert_memory_equal(again.data, text.data, len);
        test_mem_release(&mem);
    }
}

static void
test_digits(void **unused)
{
    static const char urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                               "uvwxyz0123456789-_";
    size_t count = 0;

    (void) unused;

    for (int i = 0; i < 64; i++) {
        assert_int_equal(ss_base64_digit((uint8_t) urls[i]), i);
    }
    assert_int_equal(ss_base64_digit('+'), 62);
    assert_int_equal(ss_base64_digit('/'), 63);

    for (unsigned c = 0; c < 256; c++) {
        count += ss_base64_digit((uint8_t) c) >= 0;
    }
    assert_int_equal(count, 66);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_like_openssl),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_wipe),
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_base64_like_openssl),
        cmocka_unit_test(test_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
