/* Header lines of an API call, and of a token request. "basic:" has the pair in
   plain text, with "|" for a line end: nobody finds base64 by chance. */

#include "fuzz.h"

enum { HEADERS_MAX = 64 };

static ss_header_t
basic(test_mem_t *mem, ss_str_t pair)
{
    ss_mem_t m = test_mem(mem);
    ss_header_t header = { SS_STR("Authorization"), SS_STR("") };
    ss_str_t part, base64;
    bool more = true;
    ss_buf_t buf;

    ss_buf_init(&buf, &m);
    while (ss_split(&pair, &more, '|', &part)) {
        ss_buf_add(&buf, part);
        ss_buf_adds(&buf, more ? "\n" : "");
    }

    fuzz_hold(ss_base64_encode(built(&buf), &m, &base64) == SS_OK
                  && SS_JOIN(&m, &header.value, SS_STR("Basic "), base64)
                         == SS_OK,
              "memory");

    return header;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    test_mem_t mem = TEST_MEM;
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_header_t headers[HEADERS_MAX];
    ss_request_t request = {
        .method = SS_STR("POST"),
        .scheme = SS_STR("https"),
        .authority = SS_STR("api.scopestack.io"),
        .path = SS_STR("/acme/v1/clients"),
        .headers = headers,
        .body = SS_STR("{\"data\":{\"type\":\"clients\"}}"),
        .body_state = SS_BODY_COMPLETE,
        .at_gateway = 1,
    };

    while (input.len > 0 && request.header_count < HEADERS_MAX) {
        ss_str_t line = fuzz_part(&input, '\n');
        ss_header_t *header = &headers[request.header_count++];

        header->name = fuzz_part(&line, ':');
        header->value = ss_trim(line);
        if (ss_eq(header->name, SS_STR("basic"))) {
            *header = basic(&mem, header->value);
        }
    }

    fuzz_request(&mem, &request);

    request.path = SS_STR("/oauth/token");
    request.body = SS_STR("grant_type=client_credentials&client_id=app-l0");
    fuzz_request(&mem, &request);
    test_mem_release(&mem);

    return 0;
}
