/*
 * What holds for every request, tried on random ones: what leaves is clean.
 */

#include "check.h"

#include "random_request.h"

enum { ROUNDS = 30000 };

/* --- properties --------------------------------------------------------- */

static bool
found_again(const ss_result_t *first, const ss_result_t *again)
{
    for (size_t i = 0; i < first->finding_count; i++) {
        for (size_t k = 0; k < again->finding_count; k++) {
            if (first->findings[i].outcome == SS_REPAIRED
                && first->findings[i].rule == again->findings[k].rule
                && ss_eq(first->findings[i].place, again->findings[k].place)
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_leaves_is_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
