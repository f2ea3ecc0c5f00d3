/*
 * What holds for every request, tried on random ones: what leaves is clean; and
 * a want of memory in the JSON library is not a finding.
 */

#include "check.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "random_request.h"
#include "ss_params.h"

enum { ROUNDS = 30000 };

/* --- properties --------------------------------------------------------- */

static bool
found_again(const ss_result_t *first, const ss_result_t *again)
{
    for (size_t i = 0; i < first->finding_count; i++) {
        for (size_t k = 0; k < again->finding_count; k++) {
            if (first->findings[i].outcome == SS_REPAIRED
                && first->findings[i].rule == again->findings[k].rule
                && ss_eq(first->findings[i].message,
                         again->findings[k].message)) {
                return true;
            }
        }
    }

    return again->edit_count > 0;
}

static void
test_what_leaves_is_clean(void **unused)
{
    test_mem_t rules = TEST_MEM;
    ss_engine_t *engine = test_engine(&rules, random_rules(&rules));
    unsigned repaired = 0;

    (void) unused;

    for (uint32_t seed = 0; seed < ROUNDS; seed++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        random_t random = random_seed(seed);
        ss_request_t request = random_request(&random, &mem);
        ss_request_t leaves;
        ss_result_t first, again;

        assert_int_equal(ss_check(engine, &request, &m, &first), SS_OK);
        leaves = apply_edits(&mem, &request, &first);
        assert_int_equal(ss_check(engine, &leaves, &m, &again), SS_OK);
        repaired += first.edit_count > 0;

        if (found_again(&first, &again)) {
            fail_msg("seed %u: %.*s %.*s ?%.*s  %.*s", seed,
                     SS_FMT(request.method), SS_FMT(request.path),
                     SS_FMT(request.query), SS_FMT(request.body));
        }
        test_mem_release(&mem);
    }

    assert_in_range(repaired, ROUNDS / 2, ROUNDS);
    test_mem_release(&rules);
}

static size_t fail_at, asked;

static void *
failing_malloc(size_t size)
{
    if (++asked == fail_at) {
        errno = ENOMEM;
        return NULL;
    }

    return malloc(size);
}

/* Whatever allocation of jansson's fails, it is no finding: the check says that
   it has no memory, or, where jansson can do without, what it always says. */
static void
test_jansson_without_memory(void **unused)
{
    static const char *const bodies[] = {
        "{\"grant_type\":\"password\",\"client_id\":"
        "\"0123456789012345678901\"}",
        "{\"grant_type\":\"client_credentials and more of it\",\"x\":true}",
    };
    unsigned failures = 0;

    (void) unused;

    json_set_alloc_funcs(failing_malloc, free);

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        for (fail_at = 1; fail_at < 60; fail_at++) {
            test_mem_t mem = TEST_MEM;
            ss_mem_t m = test_mem(&mem);
            ss_params_t params;
            ss_request_t request = { .body = ss_cstr(bodies[i]),
                                     .body_state = SS_BODY_COMPLETE };
            int rc;

            asked = 0;
            rc = ss_params_read(&params, &request, SS_STR("application/json"),
                                &m);
            if (asked >= fail_at) {
                failures++;
                assert_int_equal(rc, SS_ERR_NOMEM);
            } else {
                assert_int_equal(rc, SS_OK);
                assert_null(params.trouble);
            }
            test_mem_release(&mem);
        }
    }

    json_set_alloc_funcs(malloc, free);
    assert_in_range(failures, 10, 120);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_leaves_is_clean),
        cmocka_unit_test(test_jansson_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
