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

/* How many of the requests of these seeds were repaired; each must be clean
   then. */
static unsigned
repaired_by(const ss_engine_t *engine, uint32_t first_seed, uint32_t count)
{
    unsigned repaired = 0;

    for (uint32_t seed = first_seed; seed < first_seed + count; seed++) {
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

    return repaired;
}

static void
test_what_leaves_is_clean(void **unused)
{
    test_mem_t rules = TEST_MEM;
    ss_engine_t *engine = test_engine(&rules, random_rules(&rules));

    (void) unused;

    assert_in_range(repaired_by(engine, 0, ROUNDS), ROUNDS / 2, ROUNDS);
    test_mem_release(&rules);
}

/* What one rule leaves to another is right whatever the other may do. */
static void
test_any_actions(void **unused)
{
    enum { PER_FILE = ROUNDS / 50 };

    (void) unused;

    for (uint32_t file = 0; file < 50; file++) {
        test_mem_t rules = TEST_MEM;
        random_t random = random_seed(file);
        ss_engine_t *engine =
            test_engine(&rules, random_actions(&random, &rules));

        repaired_by(engine, ROUNDS + file * PER_FILE, PER_FILE);
        test_mem_release(&rules);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_leaves_is_clean),
        cmocka_unit_test(test_any_actions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
