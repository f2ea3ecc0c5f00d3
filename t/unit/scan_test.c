/*
 * The JSON scanner takes what jansson takes, refuses what jansson refuses, and
 * reads the same out of it.
 */

#include "check.h"

#include "random_request.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "json/ss_scan.h"

enum { ROUNDS = 60000 };

/* --- the scanner's tokens as a tree ------------------------------------- */

static json_t *read_value(ss_scan_t *scan, ss_scan_kind_t kind, ss_str_t token,
                          const ss_mem_t *mem);

static json_t *
read_array(ss_scan_t *scan, const ss_mem_t *mem)
{
    json_t *array = json_array();
    ss_scan_kind_t kind;
    ss_str_t token;

    while ((kind = ss_scan_next(scan, &token)) != SS_SCAN_ARRAY_END
           && kind != SS_SCAN_FAILED) {
        json_array_append_new(array, read_value(scan, kind, token, mem));
    }

    return array;
}

static json_t *
read_object(ss_scan_t *scan, const ss_mem_t *mem)
{
    json_t *object = json_object();
    ss_scan_kind_t kind;
    ss_str_t token, name;
    ss_buf_t buf;

    while (ss_scan_next(scan, &name) == SS_SCAN_NAME) {
        kind = ss_scan_next(scan, &token);
        ss_buf_init(&buf, mem);
        ss_buf_add(&buf, ss_scan_decode(name, mem));
        ss_buf_addc(&buf, '\0');
        json_object_set_new(object, (const char *) buf.data,
                            read_value(scan, kind, token, mem));
    }

    return object;
}

static json_t *
read_number(ss_scan_kind_t kind, ss_str_t token)
{
    char text[64];
    json_t *real;

    snprintf(text, sizeof(text), "%.*s", SS_FMT(token));
    if (kind == SS_SCAN_INTEGER) {
        return json_integer(strtoll(text, NULL, 10));
    }

    /* none for what no double can hold */
    real = json_real(strtod(text, NULL));

    return real != NULL ? real : json_null();
}

static json_t *
read_value(ss_scan_t *scan, ss_scan_kind_t kind, ss_str_t token,
           const ss_mem_t *mem)
{
    ss_str_t text;

    switch (kind) {
    case SS_SCAN_OBJECT:
        return read_object(scan, mem);
    case SS_SCAN_ARRAY:
        return read_array(scan, mem);
    case SS_SCAN_STRING:
        text = ss_scan_decode(token, mem);
        return json_stringn((const char *) text.data, text.len);
    case SS_SCAN_INTEGER:
    case SS_SCAN_REAL:
        return read_number(kind, token);
    case SS_SCAN_TRUE:
        return json_true();
    case SS_SCAN_FALSE:
        return json_false();
    default:
        return json_null();
    }
}

/* The tree, or NULL when the text is no JSON. */
static json_t *
scan_tree(ss_str_t text, const ss_mem_t *mem, ss_scan_error_t *error)
{
    ss_scan_kind_t kind;
    ss_str_t token;
    ss_scan_t scan;
    json_t *root;

    ss_scan_init(&scan, text);
    kind = ss_scan_next(&scan, &token);
    root = read_value(&scan, kind, token, mem);

    if (ss_scan_next(&scan, &token) != SS_SCAN_END) {
        json_decref(root);
        root = NULL;
    }
    *error = scan.error;
    assert_true((root == NULL) == (scan.error != SS_SCAN_GOOD));

    return root;
}

/* Both read the same, or both refuse. Returns whether they take it. */
static bool
agree(ss_str_t raw)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t text = exact(&mem, raw);
    ss_scan_error_t scan_error;
    json_error_t error;
    json_t *ours, *theirs;
    bool taken;

    theirs = json_loadb(
        (const char *) text.data, text.len,
        JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
    ours = scan_tree(text, &m, &scan_error);
    taken = theirs != NULL;

    /* what its trees cannot hold is JSON all the same */
    if (theirs != NULL
        || (json_error_code(&error) != json_error_numeric_overflow
            && json_error_code(&error) != json_error_null_byte_in_key)) {
        if ((ours != NULL) != taken) {
            fail_msg("%s: %.*s", taken ? "not taken" : "taken", SS_FMT(raw));
        }
        if (taken && !json_equal(ours, theirs)) {
            fail_msg("read otherwise: %.*s", SS_FMT(raw));
        }
    }

    json_decref(ours);
    json_decref(theirs);
    test_mem_release(&mem);

    return taken;
}

/* --- texts -------------------------------------------------------------- */

static const char *const good[] = {
    "{}",
    "[]",
    " \t\r\n{ \"a\" : [ 1 , { } , [ ] ] } ",
    "0",
    "-0",
    "-1.5e+10",
    "1E-2",
    "10.0",
    "\"\"",
    "null",
    "true",
    "false",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\ude00\\u0000\"",
    "\"\x7f \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"",
    "{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}},\"b\":1}",
    "{\"\":1,\" \":2}",
};

static const char *const bad[] = {
    "",
    " ",
    "{",
    "}",
    "[",
    "]",
    "[}",
    "{]",
    "{]}",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{,}",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{\"a\":1 \"b\":2}",
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{\"a\":1}{",
    "{} {}",
    "1 2",
    "01",
    "-",
    "-a",
    "+1",
    ".5",
    "1.",
    "1.e1",
    "1e",
    "1e+",
    "0x1",
    "1a",
    "tru",
    "trueish",
    "True",
    "nul",
    "NaN",
    "Infinity",
    "\"",
    "\"a",
    "\"\\",
    "\"\\\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u123g\"",
    "\"\\ud800\"",
    "\"\\ud800\\n\"",
    "\"\\ud800\\ud800\"",
    "\"\\udc00\"",
    "\"\t\"",
    "\"\n\"",
    "\"\x80\"",
    "\"\xc0\xaf\"",
    "\"\xed\xa0\x80\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xc3\"",
    "\"\xe2\x82",
    "\xef\xbb\xbf{}",
    "/* */{}",
    "{} // x",
    /* the same name, also when it is spelt in another way */
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"\\u0061\":1,\"a\":2}",
    "{\"\\u00e4\":1,\"\xc3\xa4\":2}",
    "{\"\\u00e4\":1,\"\\u00E4\":2}",
    "[{\"b\":[{\"a\":1,\"c\":{\"a\":1},\"a\":1}]}]",
};

static void
test_texts(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(agree(ss_cstr(good[i])));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(agree(ss_cstr(bad[i])));
    }

    /* not a string's end */
    assert_false(agree(SS_STR("\"a\0\"")));
    assert_false(agree(SS_STR("{}\0")));
    assert_false(agree(SS_STR("\"\\\0\"")));
}

/* --- random ones -------------------------------------------------------- */

static random_t dice;

static uint32_t
roll(uint32_t sides)
{
    return random_roll(&dice, sides);
}

#define PICK(list) list[roll(sizeof(list) / sizeof((list)[0]))]

static void
add_random(ss_buf_t *buf, unsigned depth)
{
    static const char *const scalars[] = {
        "0",
        "-12",
        "1.5",
        "1e3",
        "123456789",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\\u00e4\"",
        "\"\\n\"",
        "\"x\"",
        "\"\xc3\xa4\"",
        "\"\\ud83d\\ude00\"",
    };
    static const char *const names[] = { "\"a\"",        "\"b\"",  "\"c\"",
                                         "\"\\u0061\"",  "\"dd\"", "\"\"",
                                         "\"d\\u0064\"", "\"e\"",  "\"f\"" };
    bool object = roll(2) > 0;

    if (depth == 0 || roll(3) == 0) {
        ss_buf_adds(buf, PICK(scalars));
        return;
    }

    ss_buf_adds(buf, object ? "{" : "[");
    for (uint32_t n = roll(4), first = 1; n > 0; n--, first = 0) {
        ss_buf_adds(buf, first ? "" : roll(4) ? "," : " , ");
        if (object) {
            ss_buf_adds(buf, PICK(names));
            ss_buf_adds(buf, roll(4) ? ":" : " :\n");
        }
        add_random(buf, depth - 1);
    }
    ss_buf_adds(buf, object ? "}" : "]");
}

/* Breaks a text, perhaps. Not by a NUL: jansson loses one behind a number. */
static void
mutate(uint8_t *text, size_t *len)
{
    static const char bytes[] = "{}[]\",:\\u0d8e+-. \n\x1f\x80\xc3ntf1";
    size_t at;

    if (*len == 0) {
        return;
    }

    at = roll((uint32_t) *len);
    if (roll(2) > 0) {
        text[at] = (uint8_t) bytes[roll(sizeof(bytes) - 1)];
    } else {
        memmove(text + at, text + at + 1, *len - at - 1);
        (*len)--;
    }
}

static void
test_random(void **unused)
{
    unsigned taken = 0;

    (void) unused;

    for (uint32_t seed = 1; seed < ROUNDS; seed++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_buf_t buf;

        dice = random_seed(seed);
        ss_buf_init(&buf, &m);
        add_random(&buf, 5);
        for (uint32_t n = roll(3); n > 0; n--) {
            mutate(buf.data, &buf.len);
        }
        taken += agree(ss_str(buf.data, buf.len));
        test_mem_release(&mem);
    }

    assert_in_range(taken, ROUNDS / 4, ROUNDS * 3 / 4);
}

/* Each beginning of a text, in a block of its own size. */
static void
test_truncated(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        ss_str_t text = ss_cstr(good[i]);

        for (size_t n = 0; n < text.len; n++) {
            agree(ss_str(text.data, n));
        }
    }
}

/* --- bounds, and what is left to say ------------------------------------ */

static ss_scan_error_t
scan_error(ss_str_t text)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_scan_error_t error;

    json_decref(scan_tree(exact(&mem, text), &m, &error));
    test_mem_release(&mem);

    return error;
}

static ss_scan_error_t
nested(size_t depth)
{
    uint8_t text[4096];

    memset(text, '[', depth);
    memset(text + depth, ']', depth);

    return scan_error(ss_str(text, 2 * depth));
}

/* An array of count objects with so many members each. */
static ss_scan_error_t
members(unsigned count, unsigned each)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_scan_error_t error;
    ss_buf_t buf;

    ss_buf_init(&buf, &m);
    for (unsigned i = 0; i < count; i++) {
        ss_buf_adds(&buf, i > 0 ? ",{" : "[{");
        for (unsigned k = 0; k < each; k++) {
            ss_buf_adds(&buf, k > 0 ? ",\"" : "\"");
            ss_buf_addu(&buf, k);
            ss_buf_adds(&buf, "\":0");
        }
        ss_buf_addc(&buf, '}');
    }
    ss_buf_addc(&buf, ']');

    error = scan_error(ss_str(buf.data, buf.len));
    test_mem_release(&mem);

    return error;
}

static void
test_bounds(void **unused)
{
    (void) unused;

    assert_int_equal(nested(SS_SCAN_DEPTH), SS_SCAN_GOOD);
    assert_int_equal(nested(SS_SCAN_DEPTH + 1), SS_SCAN_TOO_DEEP);
    assert_int_equal(nested(2000), SS_SCAN_TOO_DEEP);

    /* of all open objects, not of all there are */
    assert_int_equal(members(1, SS_SCAN_NAMES), SS_SCAN_GOOD);
    assert_int_equal(members(3, SS_SCAN_NAMES), SS_SCAN_GOOD);
    assert_int_equal(members(1, SS_SCAN_NAMES + 1), SS_SCAN_TOO_MANY);
}

/* Names with one and the same hash, which are not the same. */
static void
test_collisions(void **unused)
{
    (void) unused;

    assert_int_equal(scan_error(SS_STR("{\"jOmbpc\":1,\"r4nbT9\":1,"
                                       "\"eJKc2j\":1,\"heBgED\":1}")),
                     SS_SCAN_GOOD);
    assert_int_equal(scan_error(SS_STR("{\"jOmbpc\":1,\"r4nbT9\":1,"
                                       "\"eJKc2j\":1,\"r4nbT9\":1}")),
                     SS_SCAN_DUPLICATE);
    assert_int_equal(scan_error(SS_STR("{\"jOmbpc\":1,\"r4nbT9\":1,"
                                       "\"eJKc2j\":1,\"heBgED\":1,"
                                       "\"TAsl7B\":1}")),
                     SS_SCAN_TOO_MANY);
}

static void
test_errors(void **unused)
{
    static const struct {
        const char *text;
        ss_scan_error_t error;
        size_t at;
    } cases[] = {
        { "{\"a\":1,}", SS_SCAN_MALFORMED, 7 },
        { "{\"a\":1", SS_SCAN_MALFORMED, 6 },
        { "[\"a\tb\"]", SS_SCAN_MALFORMED, 3 },
        { "[nil]", SS_SCAN_MALFORMED, 1 },
        { "[1.]", SS_SCAN_MALFORMED, 3 },
        { "{} x", SS_SCAN_MALFORMED, 3 },
        { "{\"a\":1,\"a\":2}", SS_SCAN_DUPLICATE, 7 },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ss_str_t token, text = ss_cstr(cases[i].text);
        ss_scan_kind_t kind;
        ss_scan_t scan;

        ss_scan_init(&scan, text);
        do {
            kind = ss_scan_next(&scan, &token);
        } while (kind != SS_SCAN_FAILED && kind != SS_SCAN_END);

        assert_int_equal(scan.error, cases[i].error);
        assert_int_equal(scan.at - text.data, cases[i].at);
        assert_int_equal(ss_scan_next(&scan, &token), SS_SCAN_FAILED);
    }
}

static void
test_is(void **unused)
{
    (void) unused;

    assert_true(ss_scan_is(SS_STR("data"), SS_STR("data")));
    assert_true(ss_scan_is(SS_STR("d\\u0061ta"), SS_STR("data")));
    assert_true(ss_scan_is(SS_STR("\\u00e4\\n"), SS_STR("\xc3\xa4\n")));
    assert_true(ss_scan_is(SS_STR(""), SS_STR("")));
    assert_false(ss_scan_is(SS_STR("data"), SS_STR("Data")));
    assert_false(ss_scan_is(SS_STR("dat\\u0061"), SS_STR("dat")));
    assert_false(ss_scan_is(SS_STR("d\\u0061t"), SS_STR("data")));
    assert_false(ss_scan_is(SS_STR("d\\u0062ta"), SS_STR("data")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),      cmocka_unit_test(test_random),
        cmocka_unit_test(test_truncated),  cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_collisions), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
