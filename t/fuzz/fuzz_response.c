/* A response: the line of a request, an empty line, "STATUS", header lines, an
   empty line, the body. The request has secrets that may not come back. */

#include "fuzz.h"
#include "ss_case.h"

enum { HEADERS_MAX = 16 };

#define SECRET "Zq7-CANARY-k3W"

static const char rules[] =
    "version: 1\n"
    "service: { api_url: http://api.scopestack.test, auth_url: "
    "http://app.scopestack.test, account: acme }\n";

static size_t
read_headers(ss_str_t *input, ss_header_t *headers)
{
    size_t count = 0;

    while (input->len > 0) {
        ss_str_t line = fuzz_part(input, '\n');
        size_t colon = ss_index(line, ':');

        if (line.len == 0) {
            break;
        }
        if (colon < line.len && count < HEADERS_MAX) {
            headers[count++] =
                (ss_header_t){ ss_str(line.data, colon),
                               ss_trim(ss_skip(line, colon + 1)) };
        }
    }

    return count;
}

static void
hold(ss_str_t text, const char *what)
{
    for (size_t i = 0; i < text.len; i++) {
        fuzz_hold(text.data[i] == '\n'
                      || (text.data[i] >= 0x20 && text.data[i] != 0x7f),
                  what);
        /* eight bytes of it, as many as give it away */
        fuzz_hold(!ss_starts(ss_skip(text, i), SS_STR("-CANARY-")),
                  "no secret comes back");
    }
}

static void
explain(const ss_engine_t *engine, const ss_request_t *request,
        const ss_response_t *response, const ss_mem_t *mem)
{
    ss_explanation_t explanation;
    ss_request_t leaves;
    ss_result_t result;
    ss_str_t text;

    fuzz_hold(ss_check(engine, request, mem, &result) == SS_OK
                  && ss_request_edit(request, &result, mem, &leaves) == SS_OK,
              "the check");
    fuzz_hold(ss_explain(engine, &leaves, &result, response, mem, &explanation)
                  == SS_OK,
              "the explanation");
    fuzz_hold(explanation.cause_count <= SS_CAUSES_MAX
                  && (response->status < 400 || explanation.cause_count > 0),
              "every error has a cause");

    fuzz_hold(ss_explanation_header(&explanation, mem, &text) == SS_OK
                  && text.len < 1024,
              "the header is short");
    hold(text, "the header has no control characters");
    fuzz_hold(ss_explanation_json(&explanation, mem, &text) == SS_OK, "JSON");
    hold(text, "the JSON has no control characters");
    fuzz_hold(ss_explanation_text(&explanation, "", mem, &text) == SS_OK,
              "text");
    hold(text, "the text has no control characters");
    fuzz_hold(ss_explanation_body(&explanation, response, mem, &text) == SS_OK
                  && (text.data == NULL || text.len > response->body.len),
              "the body grows, or is left alone");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ss_header_t sent[] = {
        { { (const uint8_t *) "Authorization", 13 },
          { (const uint8_t *) "Bearer " SECRET,
            sizeof("Bearer " SECRET) - 1 } },
    };
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_header_t headers[HEADERS_MAX];
    ss_str_t target;
    ss_response_t response = { .body_complete = 1 };
    ss_request_t request = { .headers = sent, .header_count = 1 };

    target = fuzz_part(&input, '\n');
    /* one that is in the address is none of the request's secrets */
    if (ss_target_parse(target, &request)
        && memmem(target.data, target.len, "CANARY", 6) == NULL) {
        request.body = SS_STR("grant_type=password&client_secret=" SECRET
                              "&password=" SECRET);
        request.body_state = SS_BODY_COMPLETE;
        ss_whole_number(fuzz_part(&input, '\n'), &response.status);
        response.status %= 1000;
        response.headers = headers;
        response.header_count = read_headers(&input, headers);
        response.body = input;
        explain(test_engine(&mem, SS_STR(rules)), &request, &response, &m);
    }
    test_mem_release(&mem);

    return 0;
}
