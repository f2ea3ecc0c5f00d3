/* The Content-Type, a line end, and a multipart body of a token request. */

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    test_mem_t mem = TEST_MEM;
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_header_t type = { SS_STR("Content-Type"), fuzz_part(&input, '\n') };
    ss_request_t request = {
        .method = SS_STR("POST"),
        .scheme = SS_STR("https"),
        .authority = SS_STR("app.scopestack.io"),
        .path = SS_STR("/oauth/token"),
        .headers = &type,
        .header_count = 1,
        .body = input,
        .body_state = input.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE,
    };

    type.value = ss_trim(type.value);
    fuzz_request(&mem, &request);
    test_mem_release(&mem);

    return 0;
}
