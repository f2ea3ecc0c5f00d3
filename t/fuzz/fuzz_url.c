/* "METHOD scheme://authority/path?query", as a GET of an API call may have it;
   or, if it is none, a path. */

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ss_header_t accept = {
        { (const uint8_t *) "Accept", 6 },
        { (const uint8_t *) "application/vnd.api+json", 24 },
    };
    test_mem_t mem = TEST_MEM;
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_request_t request = { .headers = &accept, .header_count = 1 };

    if (!parse_target(input, &request)) {
        request.method = SS_STR("GET");
        request.scheme = SS_STR("https");
        request.authority = SS_STR("api.scopestack.io");
        request.path = fuzz_part(&input, '?');
        request.query = input;
        request.has_query = input.len > 0;
    }
    fuzz_request(&mem, &request);
    request.at_gateway = 1;
    fuzz_request(&mem, &request);

    test_mem_release(&mem);

    return 0;
}
