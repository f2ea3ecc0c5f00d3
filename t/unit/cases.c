/*
 * cases.c: runs files of cases through the core; TAP on stdout.
 *
 *     cases FILE...           tests
 *     cases --json FILE...    what the core makes of each case, for the tests
 *                             of the gateway and of sscurl to compare with
 */

#include <stdio.h>

#include "case_json.h"

static unsigned tests;
static unsigned failed;

static void
ok(const test_case_t *c, bool good, const char *what, const char *detail)
{
    tests++;
    failed += !good;
    printf("%sok %u - %s: %.*s: %s\n", good ? "" : "not ", tests, c->file,
           SS_FMT(c->name), what);
    if (!good) {
        printf("# %s:%u: %s\n", c->file, c->line, detail);
    }
}

static void
print_findings(const ss_result_t *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_finding_t *f = &result->findings[i];

        printf("#   %s: %s: %.*s: %.*s\n", f->rule->id,
               ss_outcome_name(f->outcome), SS_FMT(f->place),
               SS_FMT(f->message));
    }
}

/* --- findings ----------------------------------------------------------- */

static bool
is_finding(const case_find_t *find, const ss_finding_t *finding)
{
    return ss_eq(find->rule, ss_cstr(finding->rule->id))
           && ss_eq(find->outcome, ss_cstr(ss_outcome_name(finding->outcome)));
}

static bool
expected(const test_case_t *c, const ss_finding_t *finding)
{
    for (size_t i = 0; i < c->find_count; i++) {
        if (is_finding(&c->finds[i], finding)) {
            return true;
        }
    }

    return false;
}

/* Each expected rule was found and no other; a rule may find twice. */
static bool
findings_match(const test_case_t *c, const ss_result_t *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (!expected(c, &result->findings[i])) {
            return false;
        }
    }

    for (size_t i = 0; i < c->find_count; i++) {
        size_t n = 0;

        while (n < result->finding_count
               && !is_finding(&c->finds[i], &result->findings[n])) {
            n++;
        }
        if (n == result->finding_count) {
            return false;
        }
    }

    return true;
}

static bool
contains(ss_str_t text, ss_str_t part)
{
    return memmem(text.data, text.len, part.data, part.len) != NULL;
}

static bool
says_all(const test_case_t *c, const ss_result_t *result, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_str_t text;

    ss_result_text(result, "", &m, &text);
    for (size_t i = 0; c->says != NULL && i < c->says->count; i++) {
        if (!contains(text, c->says->items[i]->text)) {
            return false;
        }
    }

    return true;
}

/* --- properties every request must have --------------------------------- */

/* Tells whether the first check says that it has repaired this. */
static bool
repaired(const ss_result_t *result, const ss_finding_t *again)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].rule == again->rule
            && result->findings[i].outcome == SS_REPAIRED
            && ss_eq(result->findings[i].place, again->place)
            && ss_eq(result->findings[i].message, again->message)) {
            return true;
        }
    }

    return false;
}

static void
test_idempotence(const test_case_t *c, const ss_engine_t *engine,
                 const ss_result_t *first, const ss_request_t *leaves,
                 test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_result_t again;
    bool clean;

    ss_check(engine, leaves, &m, &again);
    clean = again.edit_count == 0;
    for (size_t i = 0; i < again.finding_count; i++) {
        clean &= !repaired(first, &again.findings[i]);
    }

    ok(c, clean, "what leaves is clean", "checked again, it has findings:");
    if (!clean) {
        print_findings(&again);
    }
}

static ss_outcome_t
observed(ss_outcome_t outcome)
{
    return outcome == SS_REPAIRED   ? SS_WOULD_REPAIR
           : outcome == SS_REJECTED ? SS_WOULD_REJECT
                                    : outcome;
}

static void
test_observe(const test_case_t *c, const ss_engine_t *engine,
             ss_request_t request, const ss_result_t *enforced, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_result_t result;
    bool same;

    if (enforced->mode != SS_MODE_ENFORCE) {
        return;
    }

    request.mode = SS_MODE_OBSERVE;
    ss_check(engine, &request, &m, &result);

    same = result.finding_count == enforced->finding_count
           && result.edit_count == 0;
    for (size_t i = 0; same && i < result.finding_count; i++) {
        same = result.findings[i].rule == enforced->findings[i].rule
               && result.findings[i].outcome
                      == observed(enforced->findings[i].outcome);
    }

    ok(c, same, "observe finds the same and changes nothing", "it differs:");
    if (!same) {
        print_findings(&result);
    }
}

static void
test_off(const test_case_t *c, const ss_engine_t *engine, ss_request_t request,
         test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_result_t result;

    request.mode = SS_MODE_OFF;
    ss_check(engine, &request, &m, &result);
    ok(c, result.finding_count == 0 && result.edit_count == 0,
       "mode off finds nothing", "it has findings or edits");
}

static void
test_at_gateway(const test_case_t *c, const ss_engine_t *engine,
                ss_request_t request, const ss_result_t *expect,
                test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_str_t here;
    ss_str_t there;
    ss_result_t result;

    if (ss_engine_serves(engine, request.scheme, request.authority) != 1) {
        return;
    }

    request.at_gateway = 1;
    ss_check(engine, &request, &m, &result);
    ss_result_json(expect, &m, &here);
    ss_result_json(&result, &m, &there);
    ok(c, ss_eq(here, there), "a gateway finds the same", "it differs:");
    if (!ss_eq(here, there)) {
        print_findings(&result);
    }
}

/* Whatever allocation fails: no edits, the route, no crash; and then it works.
 */
static void
test_no_memory(const test_case_t *c, const ss_engine_t *engine,
               const ss_request_t *request, const ss_result_t *expect)
{
    bool good = true;
    int rc = SS_ERR_NOMEM;

    for (size_t n = 1; rc == SS_ERR_NOMEM && good; n++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_result_t result;

        mem.fail_at = n;
        rc = ss_check(engine, request, &m, &result);
        if (rc == SS_ERR_NOMEM) {
            good = result.verdict == SS_VERDICT_ERROR && result.edit_count == 0
                   && result.finding_count == 0
                   && result.route.kind == expect->route.kind
                   && result.route.host.len > 0;
        }
        test_mem_release(&mem);
    }

    ok(c, good && rc == SS_OK, "no memory: the original leaves",
       "a result of a failed check says something");
}

static void
test_answer(const test_case_t *c, const ss_result_t *result, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_answer_t answer = { .status = 0 };

    if (result->verdict == SS_VERDICT_REJECTED) {
        ss_result_answer(result, &m, &answer);
    }
    ok(c,
       answer.status == c->status
           && (c->status == 0 || contains(answer.body, c->code)),
       "answer", "status or code differ");
}

/* --- one case ----------------------------------------------------------- */

static void
run_case(const test_case_t *c)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine = test_engine(&mem, exact(&mem, c->config));
    ss_request_t request = exact_request(&mem, &c->request);
    const char *what = "";
    ss_request_t leaves;
    ss_result_t result;
    bool good;

    if (!ss_wants_body(engine, &request)
        && request.body_state == SS_BODY_COMPLETE) {
        request.body_state = SS_BODY_UNREAD;
        request.body = SS_STR("");
    } else if (request.body.len > ss_engine_max_body(engine)) {
        request.body_state = SS_BODY_TOO_LARGE;
        request.body = SS_STR("");
    }

    ss_check(engine, &request, &m, &result);

    good = findings_match(c, &result) && says_all(c, &result, &mem);
    ok(c, good, "findings", "found:");
    if (!good) {
        print_findings(&result);
    }

    leaves = apply_edits(&mem, &request, &result);
    if (leaves.body_state != SS_BODY_COMPLETE
        && leaves.body_state != SS_BODY_NONE) {
        leaves.body = c->request.body;
    }
    good = same_request(&leaves, &c->leaves, &what);
    ok(c, good, "what leaves", what);
    if (!good) {
        case_request_print(&leaves);
    }

    leaves = apply_edits(&mem, &request, &result);
    test_idempotence(c, engine, &result, &leaves, &mem);
    test_observe(c, engine, request, &result, &mem);
    test_off(c, engine, request, &mem);
    test_at_gateway(c, engine, request, &result, &mem);
    test_answer(c, &result, &mem);
    test_no_memory(c, engine, &request, &result);

    test_mem_release(&mem);
}

static void
run_file(const char *path, bool json)
{
    test_mem_t mem = TEST_MEM;
    case_file_t file;

    case_file_read(&file, path, &mem);
    for (size_t i = 0; i < file.count; i++) {
        if (json) {
            case_json_print(&file, &file.cases[i]);
        } else {
            run_case(&file.cases[i]);
        }
    }
    test_mem_release(&mem);
}

int
main(int argc, char **argv)
{
    bool json = argc > 1 && !strcmp(argv[1], "--json");

    for (int i = json ? 2 : 1; i < argc; i++) {
        run_file(argv[i], json);
    }

    if (!json) {
        printf("1..%u\n", tests);
    }

    return failed > 0;
}
