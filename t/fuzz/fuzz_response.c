/* A response: the line of a request, an empty line, "STATUS", header lines, an
   empty line, the body. The request has secrets that may not come back. */

#include "fuzz.h"
#include "cases/ss_case.h"

enum { HEADERS_MAX = 16 };

#define SECRET "Zq7-CANARY-k3W"
#define IN_BASE64 "WnE3LUNBTkFSWS1rM1c"

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

/* Within a word of base64 the same letters say something else. */
static bool
begins_word(ss_str_t text, size_t i)
{
    return i == 0
           || (!ss_is_alnum(text.data[i - 1])
               && memchr("+-_", text.data[i - 1], 3) == NULL);
}

static void
hold(ss_str_t text, const char *what)
{
    for (size_t i = 0; i < text.len; i++) {
        fuzz_hold(text.data[i] == '\n'
                      || (text.data[i] >= 0x20 && text.data[i] != 0x7f),
                  what);
        /* eight bytes of it, as many as give it away */
        fuzz_hold(!ss_starts(ss_skip(text, i), SS_STR("-CANARY-"))
                      && !ss_starts_nocase(ss_skip(text, i), SS_STR(SECRET)),
                  "no secret comes back");
        fuzz_hold(!ss_starts(ss_skip(text, i), SS_STR("%2DCANARY%2D"))
                      && !(begins_word(text, i)
                           && ss_starts(ss_skip(text, i), SS_STR(IN_BASE64))),
                  "nor one that is coded");
    }
}

/* What people are shown of the answer's own words. */
static void
show(const ss_request_t *request, ss_kind_t kind, const ss_response_t *response,
     const ss_mem_t *mem)
{
    ss_str_t text;

    fuzz_hold(ss_response_message(request, kind, response, mem, &text) == SS_OK,
              "the message");
    hold(text, "the message has no control characters");

    for (size_t i = 0; i < response->header_count; i++) {
        fuzz_hold(ss_mask_message(request, kind, response->headers[i].value,
                                  mem, &text)
                      == SS_OK,
                  "a header");
        hold(text, "a header has no control characters");
        fuzz_hold(ss_mask_header(response->headers[i].name, text, mem, &text)
                      == SS_OK,
                  "a header, masked");
        hold(text, "a masked header has no control characters");
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
    show(&leaves, result.route.kind, response, mem);
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
