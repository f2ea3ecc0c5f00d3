/*
 * Look-alike characters: which they are, where they are, and how far a search
 * for the right secret goes.
 */

#include "check.h"

#include "credentials/ss_confusable.h"
#include "text/ss_crypto.h"
#include "text/ss_hidden.h"

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
        /* a bar, a fullwidth, a Cherokee and a mathematical letter */
        { "|O", "l0", true },
        { "\xef\xbc\xa1\xe1\x8e\xaa\xf0\x9d\x90\x80", "AAA", true },
        { "\xf0\x9d\x9f\x8f", "I", true },
        /* script, double-struck and italic ones that Unicode had before the
           others, a Roman numeral, a multiplication sign */
        { "\xe2\x84\xaf\xe2\x84\x82\xe2\x84\x8e", "eCh", true },
        { "\xe2\x85\xae\xc3\x97", "Dx", true },
        /* ligatures stand for all their letters, of which one has look-alikes
         */
        { "a\xef\xac\x81z", "afiz", true },
        { "\xef\xac\x84", "ff1", true },
        { "\xef\xac\x84", "\xef\xac\x80l", true },
        { "\xef\xac\x81", "f", false },
        { "\xef\xac\x81", "fj", false },
        { "\xef\xac\x81", "fii", false },
        /* a letter with a mark on it looks like no other */
        { "a\xcc\x81", "a", false },
        /* what nobody sees */
        { "\xe2\x80\x8b"
          "a b\xc2\xad\n",
          "ab", true },
        { " ", "", true },
        { " ", "a", false },
        { "\xff", "\xff", true },
        { "\xff", "\xfe", false },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_shape_t shape;

        assert_true(ss_shape_read(&shape, exact(&mem, ss_cstr(cases[i].a))));
        assert_int_equal(ss_shape_is(&shape, exact(&mem, ss_cstr(cases[i].b))),
                         cases[i].equal);
        assert_true(ss_shape_read(&shape, exact(&mem, ss_cstr(cases[i].b))));
        assert_int_equal(ss_shape_is(&shape, exact(&mem, ss_cstr(cases[i].a))),
                         cases[i].equal);
        test_mem_release(&mem);
    }
}

/* So much of a text is read, and no more. */
static void
test_long(void **unused)
{
    static uint8_t text[SS_SENT_MAX + 1];
    ss_shape_t shape;

    (void) unused;

    memset(text, ' ', sizeof(text));
    assert_true(ss_shape_read(&shape, ss_str(text, SS_SENT_MAX)));
    assert_int_equal(shape.len, 0);
    assert_false(ss_shape_read(&shape, ss_str(text, SS_SENT_MAX + 1)));

    memset(text, 'x', sizeof(text));
    assert_true(ss_shape_read(&shape, ss_str(text, SS_SEEN_MAX)));
    assert_true(ss_shape_is(&shape, ss_str(text, SS_SEEN_MAX)));
    assert_false(ss_shape_is(&shape, ss_str(text, SS_SEEN_MAX - 1)));
    assert_false(ss_shape_is(&shape, ss_str(text, SS_SEEN_MAX + 1)));
    assert_false(ss_shape_read(&shape, ss_str(text, SS_SEEN_MAX + 1)));
}

static void
test_hidden(void **unused)
{
    static const struct {
        const char *text;
        const char *name; /* of what it begins and ends with; NULL: nothing */
    } cases[] = {
        { "\x1f", "a control character" },
        { " ", "a blank" },
        { "!", NULL },
        { "~", NULL },
        { "\x7f", "a control character" },
        { "\xc2\x80", "a control character" },
        { "\xc2\x85", "a line end" },
        { "\xc2\xa1", NULL },
        { "\xe1\xbf\xbf", NULL },
        { "\xe2\x80\x80", "a wide blank" },
        { "\xe2\x80\x90", NULL },
        { "\xe2\x80\x9f", "a smart quote" },
        { "\xe2\x80\xa7", NULL },
        { "\xe2\x81\x9f", "a thin blank" },
        { "\xe2\x81\xb0", NULL },
        { "\xef\xb8\x90", NULL },
        { "\xf3\xa0\xbf\xbf", "an invisible character" },
        { "\xf3\xa1\x80\x80", NULL },
        /* no UTF-8 */
        { "\x85", NULL },
        { "\xe2\x80", NULL },
        { "\x80\x80\x80\x80\x80", NULL },
        { "", NULL },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_str_t text = exact(&mem, ss_cstr(cases[i].text));
        const ss_hidden_t *first = ss_hidden_first(text);
        const ss_hidden_t *last = ss_hidden_last(text);

        assert_ptr_equal(first, last);
        assert_int_equal(first == NULL, cases[i].name == NULL);
        if (first != NULL) {
            assert_string_equal(first->name, cases[i].name);
        }
        test_mem_release(&mem);
    }

    /* what only begins with one does not end with it */
    assert_non_null(ss_hidden_first(SS_STR("\xc2\xa0\x80")));
    assert_null(ss_hidden_last(SS_STR("\xc2\xa0\x80")));
    assert_null(ss_hidden_last(SS_STR("\xa0")));
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

    assert_int_equal(ss_confusable_where(SS_STR(" a\xe2\x80\x8bIz\n"),
                                         SS_STR("alz"), &m, &where),
                     SS_OK);
    assert_str(where, "character 1 (a blank), character 3 (a zero-width "
                      "space), character 4 (I, l or 1), character 6 (a line "
                      "end)");

    assert_int_equal(ss_confusable_where(SS_STR("a\xef\xac\x83xI"),
                                         SS_STR("affixl"), &m, &where),
                     SS_OK);
    assert_str(where, "character 2 (letters drawn as one), character 4 (I, l "
                      "or 1)");

    /* no more than anybody reads */
    assert_int_equal(ss_confusable_where(SS_STR("IIIIIIIIII"),
                                         SS_STR("llllllllll"), &m, &where),
                     SS_OK);
    assert_true(ss_ends(where, SS_STR("character 8 (I, l or 1) and more")));
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
    static uint8_t wrong[SS_SENT_MAX + 1], right[SS_SEEN_MAX + 1];

    (void) unused;

    assert_true(finds(SS_STR("aIb0c"), SS_STR("alb0c")));
    assert_true(finds(SS_STR("aIb0c"), SS_STR("a1bOc")));
    assert_true(finds(SS_STR("\xd0\xb0I"), SS_STR("aI")));
    assert_true(finds(SS_STR("\xd0\xb0I"), SS_STR("al")));
    assert_false(finds(SS_STR("abc"), SS_STR("abd")));
    assert_false(finds(SS_STR(""), SS_STR("a")));

    assert_true(finds(SS_STR("a\xe2\x80\x8bI b\n"), SS_STR("a1b")));
    assert_true(finds(SS_STR("|"), SS_STR("1")));
    assert_true(finds(SS_STR("\xef\xac\x82I"), SS_STR("fl1")));
    assert_true(finds(SS_STR("\xef\xac\x82I"), SS_STR("fIl")));
    assert_false(finds(SS_STR("\xe2\x80\x8b"), SS_STR("a")));

    memset(wrong, ' ', sizeof(wrong));
    wrong[0] = 'a';
    assert_true(finds(ss_str(wrong, SS_SENT_MAX), SS_STR("a")));
    assert_false(finds(ss_str(wrong, SS_SENT_MAX + 1), SS_STR("a")));

    /* a font that shows I as l and 0 as O, at more places than all variants
       could be tried of; the first and the last place that has a 1 */
    assert_true(finds(SS_STR("llllllOOOOOO"), SS_STR("IlIIlIOO0O00")));
    assert_true(finds(SS_STR("lOOOOOOOOOOO"), SS_STR("10OOOOOOOO00")));
    assert_true(finds(SS_STR("OOOOOOOOOOOl"), SS_STR("0OOOOOOOO001")));

    /* one likely change among as many places as a secret may have */
    memset(wrong, 'I', sizeof(wrong));
    memset(right, 'I', sizeof(right));
    right[SS_SEEN_MAX - 1] = 'l';
    assert_true(finds(ss_str(wrong, SS_SEEN_MAX), ss_str(right, SS_SEEN_MAX)));
    assert_false(
        finds(ss_str(wrong, SS_SEEN_MAX + 1), ss_str(right, SS_SEEN_MAX + 1)));

    /* three changes at the end of many places are beyond the bound */
    memset(right + SS_SEEN_MAX - 3, 'l', 3);
    assert_false(finds(ss_str(wrong, SS_SEEN_MAX), ss_str(right, SS_SEEN_MAX)));
}

static bool
count(void *tries, ss_str_t variant)
{
    (void) variant;
    ++*(unsigned *) tries;

    return false;
}

static unsigned
tries_of(ss_str_t text)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    unsigned tries = 0;
    ss_str_t variant;

    assert_int_equal(ss_confusable_variant(text, count, &tries, &m, &variant),
                     SS_OK);
    assert_null(variant.data);
    test_mem_release(&mem);

    return tries;
}

/* Each variant once, and never more than the bound; where most places have
   nothing rare, the search does not lose itself. */
static void
test_bound(void **unused)
{
    static uint8_t text[SS_SEEN_MAX];

    (void) unused;

    assert_int_equal(tries_of(SS_STR("")), 1);
    assert_int_equal(tries_of(SS_STR("abc")), 1);
    assert_int_equal(tries_of(SS_STR("aI0l")), 3 * 2 * 3);
    assert_int_equal(tries_of(SS_STR("III10O")), 81 * 4);
    assert_int_equal(tries_of(SS_STR("OOOOOOOOOOOO")), SS_VARIANTS_MAX);
    assert_int_equal(tries_of(SS_STR("IIIIIII")), 2187);
    assert_int_equal(tries_of(SS_STR("IIIIIIIO")), SS_VARIANTS_MAX);

    memset(text, 'O', sizeof(text));
    text[0] = 'I';
    assert_int_equal(tries_of(ss_str(text, sizeof(text))), SS_VARIANTS_MAX);
    assert_int_equal(tries_of(ss_str(text, 20)), SS_VARIANTS_MAX);
}

/* --- a secret that nobody sent ------------------------------------------ */

/* All that a check takes, to be looked through. */
static uint8_t block[64 * 1024];
static size_t taken;

static void *
take(void *unused, size_t size)
{
    uint8_t *p = block + taken;

    (void) unused;

    size = (size + 15) / 16 * 16;
    assert_true(size <= sizeof(block) - taken);
    taken += size;

    return p;
}

static const ss_mem_t block_mem = { take, NULL };

/* The secret is "Secret-lI1O0". */
#define CREDENTIALS                                                            \
    "credentials:\n"                                                           \
    "  - client_id: Client-I\n"                                                \
    "    client_secret_sha256: "                                               \
    "0b3cc47acc8314b7766c59a26281ffff7aa84dede84ea7610d435a8eaf5c8830\n"

static ss_request_t
mixed_up(void)
{
    static ss_header_t type;

    type = (ss_header_t){ SS_STR("Content-Type"),
                          SS_STR("application/x-www-form-urlencoded") };

    return (ss_request_t){
        .method = SS_STR("POST"),
        .scheme = SS_STR("https"),
        .authority = SS_STR("app.scopestack.io"),
        .path = SS_STR("/oauth/token"),
        .headers = &type,
        .header_count = 1,
        .body_state = SS_BODY_COMPLETE,
        .body = SS_STR("grant_type=client_credentials&client_id=Client-I"
                       "&client_secret=Secret-IIIOO"),
    };
}

/* Whether the right secret was found out, and stands where it was. */
static bool
stands_there(void)
{
    return memmem(block, taken, "Secret-lI1O0", 12) != NULL;
}

/* What was found out and only reported is wiped; a repair sends it. */
static void
test_wiped(void **unused)
{
    static const struct {
        const char *rules;
        bool stays;
    } cases[] = {
        { "version: 1\n" CREDENTIALS, false },
        { "version: 1\nrules: { credential-confusable: reject }\n" CREDENTIALS,
          false },
        { "version: 1\nrules: { credential-confusable: repair }\n" CREDENTIALS,
          true },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_engine_t *engine = test_engine(&mem, ss_cstr(cases[i].rules));
        ss_request_t request = mixed_up();
        ss_result_t result;

        taken = 0;
        memset(block, 0, sizeof(block));
        assert_int_equal(ss_check(engine, &request, &block_mem, &result),
                         SS_OK);
        assert_int_equal(result.finding_count, 1);
        assert_int_equal(stands_there(), cases[i].stays);
        test_mem_release(&mem);
    }
}

/* So is what an explanation finds out. */
static void
test_wiped_after_explaining(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_engine_t *engine = test_engine(
        &mem,
        SS_STR(
            "version: 1\nrules: { credential-confusable: off }\n" CREDENTIALS));
    ss_request_t request = mixed_up();
    ss_response_t response = { .status = 401,
                               .body =
                                   SS_STR("{\"error\":\"invalid_client\"}") };
    ss_header_t type = { SS_STR("Content-Type"), SS_STR("application/json") };
    ss_explanation_t explanation;
    ss_result_t result;

    (void) unused;

    response.headers = &type;
    response.header_count = 1;
    response.body_complete = true;
    taken = 0;
    memset(block, 0, sizeof(block));
    assert_int_equal(ss_check(engine, &request, &block_mem, &result), SS_OK);
    assert_int_equal(ss_explain(engine, &request, &result, &response,
                                &block_mem, &explanation),
                     SS_OK);
    assert_true(explanation.cause_count > 0);
    assert_string_equal(explanation.causes[0].info->id,
                        "credential-look-alike");
    assert_false(stands_there());
    test_mem_release(&mem);
}

/* The first cause of an invalid_client whose client_id is so long. */
static const char *
cause_of_long_id(size_t size)
{
    static const char form[] =
        "grant_type=client_credentials&client_secret=x&client_id=";
    static char body[4096];
    test_mem_t mem = TEST_MEM;
    ss_mem_t core_mem = test_mem(&mem);
    ss_engine_t *engine = test_engine(&mem, SS_STR("version: 1\n"));
    ss_request_t request = mixed_up();
    ss_response_t response = { .status = 401, .body_complete = true };
    ss_explanation_t explanation;
    ss_result_t result;
    const char *id;
    size_t n = strlen(form);

    memcpy(body, form, n);
    memset(body + n, 'I', size);
    request.body = ss_str((uint8_t *) body, n + size);
    response.body = SS_STR("{\"error\":\"invalid_client\"}");
    assert_int_equal(ss_check(engine, &request, &core_mem, &result), SS_OK);
    assert_int_equal(ss_explain(engine, &request, &result, &response, &core_mem,
                                &explanation),
                     SS_OK);
    assert_true(explanation.cause_count > 0);
    id = explanation.causes[0].info->id;
    test_mem_release(&mem);

    return id;
}

/* What is longer than any id is not looked into. */
static void
test_long_explained(void **unused)
{
    (void) unused;

    assert_string_equal(cause_of_long_id(1024), "client-id-mixed-up");
    assert_string_equal(cause_of_long_id(1025), "client-unknown");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_where),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_bound),
        cmocka_unit_test(test_wiped),
        cmocka_unit_test(test_wiped_after_explaining),
        cmocka_unit_test(test_long_explained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
