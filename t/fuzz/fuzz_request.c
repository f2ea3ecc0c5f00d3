/* A whole request: "METHOD scheme://authority/path?query", header lines, an
   empty line, the body. */

#include "fuzz.h"

enum { HEADERS_MAX = 64 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    test_mem_t mem = TEST_MEM;
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_header_t headers[HEADERS_MAX];
    ss_request_t request = { .headers = headers };
    bool whole = parse_target(fuzz_part(&input, '\n'), &request);

    while (whole && input.len > 0 && request.header_count < HEADERS_MAX) {
        ss_str_t line = fuzz_part(&input, '\n');
        ss_header_t *header = &headers[request.header_count];

        if (line.len == 0) {
            break;
        }
        header->name = fuzz_part(&line, ':');
        header->value = ss_trim(line);
        request.header_count++;
    }

    if (whole) {
        request.body = input;
        request.body_state = input.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
        fuzz_request(&mem, &request);
    }
    test_mem_release(&mem);

    return 0;
}
