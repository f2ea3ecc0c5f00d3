/* A file of cases of any bytes: cases or errors; whatever comes of a case can
   be told in text and JSON. */

#include "fuzz.h"

static const char rules[] =
    "version: 1\n"
    "service: { api_url: http://api.scopestack.test, auth_url: "
    "http://app.scopestack.test, account: acme }\n";

static void
hold_printable(ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        fuzz_hold(c >= 0x20 || c == '\n' || c == '\t',
                  "texts have no control characters but tabs");
    }
}

static void
run(const ss_cases_t *cases, const ss_case_t *item, const ss_mem_t *mem)
{
    ss_case_run_t ran;
    ss_str_t text, json;
    size_t lines = 0;

    fuzz_hold(ss_case_run(item, mem, &ran) == SS_OK, "a case can be run");
    fuzz_hold(ss_case_text(cases, item, &ran, mem, &text) == SS_OK, "text");
    fuzz_hold(ss_case_json(cases, item, &ran, mem, &json) == SS_OK, "JSON");
    hold_printable(text);
    hold_printable(json);

    for (size_t i = 0; i < text.len; i++) {
        lines += text.data[i] == '\n';
    }
    fuzz_hold(lines == (ran.difference_count > 0 ? ran.difference_count : 1),
              "a line for each difference, or one");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_cases_t cases;
    ss_str_t errors;
    int rc;

    /* large bodies, made of few bytes, take all the time */
    if (size == 0 || memmem(data, size, "body_repeat", 11) != NULL) {
        return 0;
    }

    rc = ss_cases_read(&cases, exact(&mem, ss_str(data, size)), "f",
                       SS_STR(rules), &m, &errors);
    fuzz_hold(rc == SS_OK || rc == SS_ERR_CONFIG, "a result code");
    fuzz_hold((rc == SS_OK) == (cases.count > 0), "cases, or none");
    fuzz_hold((rc == SS_OK) == (errors.len == 0), "errors, or none");
    hold_printable(errors);

    for (size_t i = 0; i < cases.count; i++) {
        run(&cases, &cases.items[i], &m);
    }

    test_mem_release(&mem);

    return 0;
}
