/*
 * Rules files that are too deep, too large, or wrong in too many places.
 */

#include "check.h"

/* --- bounds ------------------------------------------------------------- */

static void
assert_refused(ss_str_t yaml, const char *why)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine;
    ss_str_t errors;

    assert_int_equal(ss_engine_create(&engine, yaml, "f", &m, &errors),
                     SS_ERR_CONFIG);
    assert_non_null(memmem(errors.data, errors.len, why, strlen(why)));
    assert_true(errors.len < 100 * 1024);
    test_mem_release(&mem);
}

static ss_str_t
repeat(test_mem_t *mem, const char *before, const char *text, size_t times)
{
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;
    ss_str_t all;

    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, before);
    for (size_t i = 0; i < times; i++) {
        ss_buf_adds(&buf, text);
    }
    ss_buf_done(&buf, &all);

    return all;
}

/* A list in a list in a list ... */
static ss_str_t
nested(test_mem_t *mem, size_t depth)
{
    ss_mem_t m = test_mem(mem);
    ss_str_t text, open = repeat(mem, "version: 1\na: ", "[", depth);

    assert_int_equal(SS_JOIN(&m, &text, open, repeat(mem, "", "]", depth)),
                     SS_OK);

    return text;
}

/* Two maps of 600 pairs each, merged into one. */
static ss_str_t
merged_maps(test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_str_t text;
    ss_buf_t buf;

    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, "version: 1\n");
    for (unsigned map = 0; map < 2; map++) {
        ss_buf_adds(&buf, map == 0 ? "a: &a {" : "b: &b {");
        for (unsigned i = 0; i < 600; i++) {
            ss_buf_adds(&buf, i > 0 ? ", k" : "k");
            ss_buf_addu(&buf, map * 600 + i);
            ss_buf_adds(&buf, ": 1");
        }
        ss_buf_adds(&buf, "}\n");
    }
    ss_buf_adds(&buf, "c: { <<: [*a, *b] }\n");
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return text;
}

static void
test_bounds(void **unused)
{
    static const char bomb[] = "version: 1\n"
                               "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
                               "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                               "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                               "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                               "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                               "f: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n";
    test_mem_t mem = TEST_MEM;

    (void) unused;

    assert_refused(SS_STR(bomb), "too much once aliases are expanded");
    assert_refused(SS_STR("version: 1\na: &a [*a]\n"), "error: ");
    assert_refused(nested(&mem, 40), "nested too deep");
    assert_refused(merged_maps(&mem), "a map of more than 1000 pairs");
    assert_refused(nested(&mem, 200000), "nested too deep");
    assert_refused(repeat(&mem, "version: 1\n", "#234567890123456\n", 65536),
                   "larger than 1 MiB");
    test_mem_release(&mem);
}

static void
test_many_errors_are_counted(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_buf_t buf;
    ss_str_t all;

    (void) unused;

    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, "version: 1\n");
    for (size_t i = 0; i < 50; i++) {
        ss_buf_adds(&buf, "zzzzz");
        ss_buf_addu(&buf, i);
        ss_buf_adds(&buf, ": 1\n");
    }
    ss_buf_done(&buf, &all);
    assert_refused(all, "f: error: and 30 more\n");
    test_mem_release(&mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_many_errors_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
