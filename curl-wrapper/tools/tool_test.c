/*
 * tool_test.c: --ss-test, cases against a rules file. Nothing is sent.
 */

#include <stdio.h>
#include <string.h>

#include "shared/say.h"
#include "settings/settings.h"
#include "tools/tools.h"

typedef struct {
    const setup_t *setup;
    const ss_mem_t *mem;
    size_t failed;
} test_t;

/* --- files -------------------------------------------------------------- */

/* Takes one byte more than a file may have, so that too much is noticed. */
static int
read_stdin(const ss_mem_t *mem, ss_str_t *text)
{
    uint8_t *data = mem->alloc(mem->ctx, SS_CONFIG_MAX + 1);

    if (data == NULL) {
        return SS_ERR_NOMEM;
    }

    *text = (ss_str_t){ data, fread(data, 1, SS_CONFIG_MAX + 1, stdin) };

    return SS_OK;
}

static int
read_rules(const ss_mem_t *mem, ss_str_t *rules, ss_str_t *errors)
{
    char path[4096];

    *rules = (ss_str_t){ NULL, 0 };

    return setup_find_file(path, sizeof(path))
               ? ss_file_read(path, mem, rules, errors)
               : SS_OK;
}

static int
read_cases(ss_cases_t *cases, const char *path, const ss_mem_t *mem,
           ss_str_t *errors)
{
    const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
    ss_str_t rules, text;
    int rc = read_rules(mem, &rules, errors);

    if (rc == SS_OK) {
        rc = name == path ? ss_file_read(path, mem, &text, errors)
                          : read_stdin(mem, &text);
    }

    return rc == SS_OK ? ss_cases_read(cases, text, name, rules, mem, errors)
                       : rc;
}

/* --- cases -------------------------------------------------------------- */

static int
print_run(const test_t *test, const ss_cases_t *cases, const ss_case_t *item,
          const ss_case_run_t *run)
{
    bool json = test->setup->json;
    ss_str_t text;
    int rc;

    if (test->setup->quiet && run->difference_count == 0) {
        return SS_OK;
    }

    rc = json ? ss_case_json(cases, item, run, test->mem, &text)
              : ss_case_text(cases, item, run, test->mem, &text);
    if (rc == SS_OK) {
        fwrite(text.data, 1, text.len, stdout);
        fputs(json ? "\n" : "", stdout);
    }

    return rc;
}

static int
run_case(test_t *test, const ss_cases_t *cases, const ss_case_t *from)
{
    ss_case_t item = *from;
    ss_case_run_t run;

    item.request.mode = test->setup->mode;
    item.request.account = test->setup->account;
    item.request.team = test->setup->team;

    if (ss_case_run(&item, test->mem, &run) != SS_OK) {
        return SS_ERR_NOMEM;
    }
    test->failed += run.difference_count > 0;

    return print_run(test, cases, &item, &run);
}

static void
print_sum(const test_t *test, const ss_cases_t *cases)
{
    if (test->setup->json) {
        printf("{\"cases\":%zu,\"failed\":%zu}\n", cases->count, test->failed);
    } else if (!test->setup->quiet) {
        printf("%s: %zu case%s, %zu failed\n", cases->name, cases->count,
               cases->count == 1 ? "" : "s", test->failed);
    }
}

static int
run_cases(const ss_cases_t *cases, const ss_mem_t *mem)
{
    test_t test = { setup(), mem, 0 };

    for (size_t i = 0; i < cases->count; i++) {
        if (run_case(&test, cases, &cases->items[i]) != SS_OK) {
            report_line("out of memory");
            return 2;
        }
    }
    print_sum(&test, cases);

    /* a result that nobody could read is none */
    if (fflush(stdout) != 0) {
        perror("sscurl: stdout");
        return 2;
    }

    return test.failed > 0 ? 1 : 0;
}

int
tool_test(const char *path)
{
    ss_str_t errors = { NULL, 0 };
    ss_cases_t cases;
    ss_arena_t arena;
    ss_mem_t mem;
    int rc;

    /* says itself what is wrong with rules or settings */
    if (setup()->engine == NULL) {
        return 2;
    }

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);

    rc = read_cases(&cases, path, &mem, &errors);
    if (rc == SS_OK) {
        rc = run_cases(&cases, &mem);
    } else {
        if (rc == SS_ERR_NOMEM) {
            report_line("out of memory");
        }
        report_raw(errors);
        rc = 2;
    }
    ss_arena_release(&arena);

    return rc;
}
