/* A rules file of any bytes: an engine or errors, never both, never neither. */

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine;
    ss_str_t errors;
    int rc = ss_engine_create(&engine, exact(&mem, ss_str(data, size)), "f", &m,
                              &errors);

    fuzz_hold(rc == SS_OK || rc == SS_ERR_CONFIG, "a result code");
    fuzz_hold((rc == SS_OK) == (engine != NULL), "an engine, or none");
    fuzz_hold((rc == SS_OK) == (errors.len == 0), "errors, or none");
    fuzz_hold(errors.len < 128 * 1024, "errors are bounded");
    for (size_t i = 0; i < errors.len; i++) {
        uint8_t c = errors.data[i];

        fuzz_hold(c >= 0x20 || c == '\n' || c == '\t',
                  "errors have no control characters but tabs");
    }

    test_mem_release(&mem);

    return 0;
}
