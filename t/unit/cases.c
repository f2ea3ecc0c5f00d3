/*
 * cases.c: runs files of cases through the core; TAP on stdout.
 *
 *     cases FILE...           tests
 *     cases --json FILE...    what the core makes of each case, for the tests
 *                             of the gateway and of sscurl to compare with
 *     cases --causes          the causes that are known: "id: summary"
 *     cases --joins           the rules of each: "id: rules; suspects; also"
 */

#include <stdio.h>
#include <stdlib.h>

#include "blame.h"
#include "case_json.h"
#include "explain/ss_cause.h"

/* The rules file that the cases are for; t/curl/ss_test.t gives sscurl the same
   one. */
static const char rules[] = "version: 1\n"
                            "service:\n"
                            "  api_url: http://api.scopestack.test\n"
                            "  auth_url: http://app.scopestack.test\n"
                            "  account: acme\n";

static const char *file;
static unsigned tests;
static unsigned failed;

static void
ok(const ss_case_t *c, bool good, const char *what, const char *detail)
{
    tests++;
    failed += !good;
    printf("%sok %u - %s: %.*s: %s\n", good ? "" : "not ", tests, file,
           SS_FMT(c->name), what);
    if (!good) {
        printf("# %s:%u: %s\n", file, c->line, detail);
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

/* Tells the differences of this kind, which are to be none. */
static void
test_differences(const ss_case_t *c, const ss_case_run_t *run, const char *what)
{
    bool good = true;

    for (size_t i = 0; i < run->difference_count; i++) {
        good &= strcmp(run->differences[i].what, what) != 0;
    }

    ok(c, good, what, "differs:");
    for (size_t i = 0; !good && i < run->difference_count; i++) {
        printf("#   %s: expected %.*s; found %.*s\n", run->differences[i].what,
               SS_FMT(run->differences[i].expected),
               SS_FMT(run->differences[i].found));
    }
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
test_idempotence(const ss_case_t *c, const ss_engine_t *engine,
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
test_observe(const ss_case_t *c, const ss_engine_t *engine,
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
test_off(const ss_case_t *c, const ss_engine_t *engine, ss_request_t request,
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
test_at_gateway(const ss_case_t *c, const ss_engine_t *engine,
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
test_no_memory(const ss_case_t *c, const ss_engine_t *engine,
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

/* --- properties every explanation must have ------------------------------ */

/* What stands for secrets in the cases begins so. */
#define CANARY SS_STR("CANARY")

static bool
is_fit(ss_str_t text, bool lines)
{
    for (size_t i = 0; i < text.len; i++) {
        bool control = text.data[i] < 0x20 || text.data[i] == 0x7f;

        if ((control && !(lines && text.data[i] == '\n'))
            || ss_starts(ss_skip(text, i), CANARY)) {
            return false;
        }
    }

    return true;
}

static void
test_texts(const ss_case_t *c, const ss_explanation_t *explanation,
           test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_str_t ids, header, text, json, body;

    ss_explanation_ids(explanation, ',', &m, &ids);
    ss_explanation_header(explanation, &m, &header);
    ss_explanation_text(explanation, "x: ", &m, &text);
    ss_explanation_json(explanation, &m, &json);
    ss_explanation_body(explanation, &c->response, &m, &body);

    ok(c,
       is_fit(ids, false) && is_fit(header, false) && is_fit(text, true)
           && is_fit(json, false),
       "the explanation is printable and without secrets",
       "a control character, or a canary");
    ok(c, header.len < 1024 && explanation->cause_count <= SS_CAUSES_MAX,
       "the explanation is short", "it is not");
    ok(c, c->response.status < 400 || explanation->cause_count > 0,
       "every error has a cause", "it has none");
}

/* The texts as well: what fails fails as a whole. */
static int
explain_all(const ss_case_t *c, const ss_case_run_t *run, const ss_mem_t *mem,
            ss_explanation_t *explanation)
{
    ss_str_t text;
    int rc = ss_explain(c->engine, &run->leaves, &run->result, &c->response,
                        mem, explanation);

    if (rc != SS_OK) {
        return explanation->cause_count == 0 ? rc : SS_ERR_CONFIG;
    }

    return ss_explanation_ids(explanation, ',', mem, &text) != SS_OK
                   || ss_explanation_header(explanation, mem, &text) != SS_OK
                   || ss_explanation_text(explanation, "", mem, &text) != SS_OK
                   || ss_explanation_json(explanation, mem, &text) != SS_OK
                   || ss_explanation_body(explanation, &c->response, mem, &text)
                          != SS_OK
               ? SS_ERR_NOMEM
               : SS_OK;
}

static void
test_explain_no_memory(const ss_case_t *c, const ss_case_run_t *run)
{
    int rc = SS_ERR_NOMEM;

    for (size_t n = 1; rc == SS_ERR_NOMEM; n++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_explanation_t explanation;

        mem.fail_at = n;
        rc = explain_all(c, run, &m, &explanation);
        test_mem_release(&mem);
    }

    ok(c, rc == SS_OK, "no memory: no explanation", "another result");
}

static void
test_explanation(const ss_case_t *c, const ss_case_run_t *run, test_mem_t *mem)
{
    test_differences(c, run, "explains");
    test_texts(c, &run->explanation, mem);
    test_explain_no_memory(c, run);
}

static void
test_blame(const ss_case_t *c, const ss_result_t *result,
           const ss_request_t *leaves, test_mem_t *mem)
{
    const char *wrong;

    if (result->verdict == SS_VERDICT_REPAIRED) {
        wrong = blame_find(c->engine, leaves, result, mem);
        ok(c, wrong == NULL, "what was repaired is not blamed", wrong);
    }
}

/* --- one case ----------------------------------------------------------- */

/* Here no case may let anything pass that it does not speak of, and a rejection
   is one whose answer is known. */
static void
test_strict(const ss_case_t *c, const ss_result_t *result)
{
    ok(c,
       c->only && c->compared == SS_CASE_ALL
           && (result->verdict == SS_VERDICT_REJECTED) == (c->status != 0),
       "it says all",
       "the file must have \"only: true\"; a rejection needs an answer");
}

static void
run_case(ss_case_t c)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_case_run_t run;
    ss_request_t leaves;

    /* blocks of exactly their size */
    c.engine = test_engine(&mem, exact(&mem, c.config));
    c.request = exact_request(&mem, &c.request);
    c.response.body = exact(&mem, c.response.body);

    if (ss_case_run(&c, &m, &run) != SS_OK) {
        abort();
    }

    if (c.has_response) {
        test_explanation(&c, &run, &mem);
    } else {
        test_strict(&c, &run.result);
    }
    test_differences(&c, &run, "finding");
    test_differences(&c, &run, "says");
    test_differences(&c, &run, "leaves");
    test_differences(&c, &run, "answer");

    leaves = apply_edits(&mem, &run.request, &run.result);
    test_idempotence(&c, c.engine, &run.result, &leaves, &mem);
    test_blame(&c, &run.result, &leaves, &mem);
    test_observe(&c, c.engine, run.request, &run.result, &mem);
    test_off(&c, c.engine, run.request, &mem);
    test_at_gateway(&c, c.engine, run.request, &run.result, &mem);
    test_no_memory(&c, c.engine, &run.request, &run.result);

    test_mem_release(&mem);
}

static void
run_file(const char *path, bool json)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_cases_t cases;
    ss_str_t errors;

    file = path;
    if (ss_cases_read(&cases, read_file(&mem, path), path, SS_STR(rules), &m,
                      &errors)
        != SS_OK) {
        fprintf(stderr, "%.*s", SS_FMT(errors));
        exit(2);
    }

    for (size_t i = 0; i < cases.count; i++) {
        if (json) {
            case_json_print(&cases, &cases.items[i]);
        } else {
            run_case(cases.items[i]);
        }
    }
    test_mem_release(&mem);
}

static int
print_causes(void)
{
    for (size_t i = 0; i < ss_cause_count(); i++) {
        printf("%s: %s\n", ss_cause_at(i)->id, ss_cause_at(i)->summary);
    }

    return 0;
}

static const char *
or_none(const char *words)
{
    return words != NULL ? words : "";
}

#define SS_CAUSES(name) extern const ss_cause_family_t ss_causes_##name;
#include "causes/ss_causes.def"
#undef SS_CAUSES

static int
print_joins(void)
{
    static const ss_cause_family_t *const families[] = {
#define SS_CAUSES(name) &ss_causes_##name,
#include "causes/ss_causes.def"
#undef SS_CAUSES
    };

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        for (size_t k = 0; k < families[i]->count; k++) {
            const ss_cause_def_t *def = &families[i]->items[k];

            printf("%s: %s; %s; %s\n", def->info.id, or_none(def->rules),
                   or_none(def->suspects), or_none(def->also));
        }
    }

    return 0;
}

int
main(int argc, char **argv)
{
    bool json = argc > 1 && !strcmp(argv[1], "--json");

    if (argc > 1 && !strcmp(argv[1], "--causes")) {
        return print_causes();
    }
    if (argc > 1 && !strcmp(argv[1], "--joins")) {
        return print_joins();
    }

    for (int i = json ? 2 : 1; i < argc; i++) {
        run_file(argv[i], json);
    }

    if (!json) {
        printf("1..%u\n", tests);
    }

    return failed > 0;
}
