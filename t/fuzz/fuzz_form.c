/* The query, a line end, and the form of a token request. What no rule changes
   is put together again byte for byte. */

#include "fuzz.h"
#include "http/ss_params.h"
#include "check/ss_rule.h"

static void
hold_bytes(test_mem_t *mem, const ss_request_t *request)
{
    ss_mem_t m = test_mem(mem);
    ss_params_t params;
    ss_str_t text;

    fuzz_hold(ss_params_read(&params, request, SS_FORM, &m) == SS_OK,
              "reading");
    if (params.format != SS_FORMAT_FORM || params.too_many) {
        return;
    }

    fuzz_hold(ss_params_write(&params, true, &m, &text) == SS_OK
                  && ss_eq(text, request->query),
              "the query keeps its bytes");
    fuzz_hold(ss_params_write(&params, false, &m, &text) == SS_OK
                  && ss_eq(text, request->body),
              "the form keeps its bytes");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const ss_header_t type = {
        { (const uint8_t *) "Content-Type", 12 },
        { (const uint8_t *) "application/x-www-form-urlencoded", 33 },
    };
    test_mem_t mem = TEST_MEM;
    ss_str_t input = exact(&mem, ss_str(data, size));
    ss_request_t request = {
        .method = SS_STR("POST"),
        .scheme = SS_STR("https"),
        .authority = SS_STR("app.scopestack.io"),
        .path = SS_STR("/oauth/token"),
        .headers = &type,
        .header_count = 1,
    };

    request.query = fuzz_part(&input, '\n');
    request.has_query = request.query.len > 0;
    request.body = input;
    request.body_state = input.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;

    hold_bytes(&mem, &request);
    fuzz_request(&mem, &request);
    test_mem_release(&mem);

    return 0;
}
