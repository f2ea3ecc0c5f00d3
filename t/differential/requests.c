/*
 * requests.c: random requests with random answers, and what the core makes of
 * them.
 *
 *     requests --rules            the rules file they are checked by
 *     requests FIRST COUNT        one line of JSON for each seed: {seed,
 *                                 request, leaves, verdict, findings,
 *                                 response, explains, streamed}
 *
 * Bytes are written as hex digits. explains are the causes; streamed those at
 * the gateway, which lets the body of a success through unread. What is
 * rejected has no answer, and both are empty then.
 */

#include <stdio.h>
#include <stdlib.h>

#include "case_json.h"
#include "random_response.h"

/* The body as adapters have it. */
static ss_request_t
as_read(const ss_engine_t *engine, const ss_request_t *request)
{
    ss_request_t read = *request;

    if (!ss_wants_body(engine, request) && request->body.len > 0) {
        read.body_state = SS_BODY_UNREAD;
        read.body = SS_STR("");
    }

    return read;
}

static json_t *
causes_json(const ss_explanation_t *explanation)
{
    json_t *list = json_array();

    for (size_t i = 0; i < explanation->cause_count; i++) {
        json_array_append_new(list,
                              json_string(explanation->causes[i].info->id));
    }

    return list;
}

/* The causes, of as much of the answer as adapters keep. */
static json_t *
explain(const ss_engine_t *engine, const ss_request_t *leaves,
        const ss_result_t *result, ss_response_t response, const ss_mem_t *mem)
{
    ss_explanation_t explanation = { NULL, 0 };

    if (response.body.len > SS_EXPLAIN_BODY_MAX) {
        response.body.len = SS_EXPLAIN_BODY_MAX;
        response.body_complete = 0;
    }
    if (result->verdict != SS_VERDICT_REJECTED
        && ss_explain(engine, leaves, result, &response, mem, &explanation)
               != SS_OK) {
        abort();
    }

    return causes_json(&explanation);
}

static void
print(const ss_engine_t *engine, uint32_t seed)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    random_t random = random_seed(seed);
    ss_request_t request = random_request(&random, &mem), read, leaves;
    ss_response_t response = random_response(&random, &mem), streamed;
    ss_result_t result;
    ss_str_t findings;
    json_t *json;

    streamed = response;
    if (response.status < 400) {
        streamed.body = SS_STR("");
        streamed.body_complete = 0;
    }

    read = as_read(engine, &request);
    if (ss_check(engine, &read, &m, &result) != SS_OK
        || ss_result_json(&result, &m, &findings) != SS_OK) {
        abort();
    }
    leaves = apply_edits(&mem, &read, &result);

    json = json_pack(
        "{s:i, s:o, s:s, s:o, s:o, s:o, s:o}", "seed", (int) seed, "request",
        case_request_json(&request), "verdict", ss_verdict_name(result.verdict),
        "findings",
        json_loadb((const char *) findings.data, findings.len, 0, NULL),
        "response", case_response_json(&response), "explains",
        explain(engine, &leaves, &result, response, &m), "streamed",
        explain(engine, &leaves, &result, streamed, &m));

    /* a body that was not looked into leaves as it is */
    if (leaves.body_state == SS_BODY_UNREAD) {
        leaves.body = request.body;
    }
    json_object_set_new(json, "leaves", case_request_json(&leaves));

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
