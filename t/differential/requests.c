/*
 * requests.c: random requests, and what the core makes of them.
 *
 *     requests --rules            the rules file they are checked by
 *     requests FIRST COUNT        one line of JSON for each seed: {seed,
 *                                 request, leaves, verdict, findings}
 *
 * Bytes are written as hex digits.
 */

#include <stdio.h>
#include <stdlib.h>

#include "case_json.h"
#include "random_request.h"

static void
print(const ss_engine_t *engine, uint32_t seed)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    random_t random = random_seed(seed);
    ss_request_t request = random_request(&random, &mem), leaves;
    ss_result_t result;
    ss_str_t findings;
    json_t *json;

    if (ss_check(engine, &request, &m, &result) != SS_OK
        || ss_result_json(&result, &m, &findings) != SS_OK) {
        abort();
    }
    leaves = apply_edits(&mem, &request, &result);

    json = json_pack(
        "{s:i, s:o, s:o, s:s, s:o}", "seed", (int) seed, "request",
        case_request_json(&request), "leaves", case_request_json(&leaves),
        "verdict", ss_verdict_name(result.verdict), "findings",
        json_loadb((const char *) findings.data, findings.len, 0, NULL));
    json_dumpf(json, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(json);
    test_mem_release(&mem);
}

int
main(int argc, char **argv)
{
    test_mem_t mem = TEST_MEM;
    ss_str_t rules = random_rules(&mem);

    if (argc == 2 && !strcmp(argv[1], "--rules")) {
        printf("%.*s", SS_FMT(rules));
    } else if (argc == 3) {
        const ss_engine_t *engine = test_engine(&mem, rules);
        uint32_t first = (uint32_t) strtoul(argv[1], NULL, 10);
        uint32_t count = (uint32_t) strtoul(argv[2], NULL, 10);

        for (uint32_t i = 0; i < count; i++) {
            print(engine, first + i);
        }
    } else {
        fputs("usage: requests --rules | FIRST COUNT\n", stderr);
        return 2;
    }
    test_mem_release(&mem);

    return 0;
}
