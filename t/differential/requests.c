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

#include "random_request.h"

static void
print_hex(const char *name, ss_str_t text)
{
    printf("\"%s\":\"", name);
    for (size_t i = 0; i < text.len; i++) {
        printf("%02x", text.data[i]);
    }
    printf("\",");
}

static void
print_request(const char *name, const ss_request_t *request)
{
    printf("\"%s\":{", name);
    print_hex("method", request->method);
    print_hex("scheme", request->scheme);
    print_hex("authority", request->authority);
    print_hex("path", request->path);
    print_hex("query", request->query);
    print_hex("body", request->body);
    printf("\"has_query\":%s,\"headers\":[",
           request->has_query ? "true" : "false");

    for (size_t i = 0; i < request->header_count; i++) {
        printf("%s[\"", i > 0 ? "," : "");
        for (size_t k = 0; k < request->headers[i].name.len; k++) {
            printf("%02x", request->headers[i].name.data[k]);
        }
        printf("\",\"");
        for (size_t k = 0; k < request->headers[i].value.len; k++) {
            printf("%02x", request->headers[i].value.data[k]);
        }
        printf("\"]");
    }
    printf("]},");
}

static void
print(const ss_engine_t *engine, uint32_t seed)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    random_t random = random_seed(seed);
    ss_request_t request = random_request(&random, &mem), leaves;
    ss_result_t result;
    ss_str_t findings;

    if (ss_check(engine, &request, &m, &result) != SS_OK
        || ss_result_json(&result, &m, &findings) != SS_OK) {
        abort();
    }
    leaves = apply_edits(&mem, &request, &result);

    printf("{\"seed\":%u,", seed);
    print_request("request", &request);
    print_request("leaves", &leaves);
    printf("\"verdict\":\"%s\",\"findings\":%.*s}\n",
           ss_verdict_name(result.verdict), SS_FMT(findings));
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
