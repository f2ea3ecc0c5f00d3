/* A whole request: "METHOD scheme://authority/path?query", header lines, an
   empty line, the body. */

#include "fuzz.h"
#include "raw_request.h"

enum { HEADERS_MAX = 64 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    test_mem_t mem = TEST_MEM;
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_header_t headers[HEADERS_MAX];
    ss_request_t request;

    if (parse_request(input, headers, HEADERS_MAX, &request)) {
        fuzz_request(&mem, &request);
    }
    test_mem_release(&mem);

    return 0;
}
