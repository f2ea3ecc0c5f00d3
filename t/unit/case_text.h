/*
 * case_text.h: cases from a text, and the rules file they are laid over.
 */

#ifndef CASE_TEXT_H
#define CASE_TEXT_H

#include "check.h"
#include "support.h"

static const char rules[] = "version: 1\n"
                            "service: { api_url: http://a, auth_url: http://b, "
                            "account: acme }\n";

static inline int
read_cases(ss_cases_t *cases, const char *yaml, const char *config,
           test_mem_t *mem, ss_str_t *errors)
{
    ss_mem_t m = test_mem(mem);

    return ss_cases_read(cases, exact(mem, ss_cstr(yaml)), "f",
                         exact(mem, ss_cstr(config)), &m, errors);
}

/* A file that is no good, and the beginnings of its errors in their order. */
typedef struct {
    const char *yaml;
    const char *errors[4];
} broken_cases_t;

static inline void
check_broken(const broken_cases_t *broken, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        test_mem_t mem = TEST_MEM;
        ss_cases_t cases;
        ss_str_t errors;

        assert_int_equal(
            read_cases(&cases, broken[i].yaml, rules, &mem, &errors),
            SS_ERR_CONFIG);
        assert_int_equal(cases.count, 0);
        if (!errors_are(errors, broken[i].errors, 4)) {
            fail_msg("for:\n%sgot:\n%.*s", broken[i].yaml, SS_FMT(errors));
        }
        test_mem_release(&mem);
    }
}

/* A file, and what reading, running and telling its first case comes to. */
typedef struct {
    const char *yaml;
    int rc;
} run_cases_t;

static inline int
run_without(const char *yaml, size_t fail_at)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t errors, text;
    ss_case_run_t run;
    ss_cases_t cases;
    int rc;

    mem.fail_at = fail_at;
    rc = ss_cases_read(&cases, ss_cstr(yaml), "f", SS_STR(rules), &m, &errors);
    if (rc != SS_OK) {
        assert_int_equal(cases.count, 0);
        assert_true((errors.len > 0) == (rc == SS_ERR_CONFIG));
    } else if ((rc = ss_case_run(&cases.items[0], &m, &run)) == SS_OK
               && (rc = ss_case_text(&cases, &cases.items[0], &run, &m, &text))
                      == SS_OK) {
        rc = ss_case_json(&cases, &cases.items[0], &run, &m, &text);
    }
    test_mem_release(&mem);

    return rc;
}

/* Every allocation fails in turn. */
static inline void
check_no_memory(const run_cases_t *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int rc = SS_ERR_NOMEM;

        for (size_t n = 1; rc == SS_ERR_NOMEM; n++) {
            rc = run_without(texts[i].yaml, n);
        }
        assert_int_equal(rc, texts[i].rc);
    }
}

#endif
