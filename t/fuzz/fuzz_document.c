/* "METHOD path", a line end, and the JSON:API document of an API call; the same
   bytes as a token request in JSON. */

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ss_header_t headers[] = {
        { { (const uint8_t *) "Content-Type", 12 },
          { (const uint8_t *) "application/vnd.api+json", 24 } },
        { { (const uint8_t *) "Accept", 6 },
          { (const uint8_t *) "application/vnd.api+json", 24 } },
    };
    test_mem_t mem = TEST_MEM;
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_str_t line = fuzz_part(&input, '\n');
    ss_request_t request = {
        .method = fuzz_part(&line, ' '),
        .scheme = SS_STR("https"),
        .authority = SS_STR("api.scopestack.io"),
        .path = line,
        .headers = headers,
        .header_count = 2,
        .body = input,
        .body_state = input.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE,
    };

    fuzz_request(&mem, &request);

    request.authority = SS_STR("app.scopestack.io");
    request.path = SS_STR("/oauth/token");
    fuzz_request(&mem, &request);
    test_mem_release(&mem);

    return 0;
}
