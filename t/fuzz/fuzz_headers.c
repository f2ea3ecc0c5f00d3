/* Header lines of an API call, and of a token request. */

#include "fuzz.h"

enum { HEADERS_MAX = 64 };

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
    }

    fuzz_request(&mem, &request);

    request.path = SS_STR("/oauth/token");
    request.body = SS_STR("grant_type=client_credentials&client_id=app-l0");
    fuzz_request(&mem, &request);
    test_mem_release(&mem);

    return 0;
}
