/*
 * replay.c: a fuzz target without the fuzzer, over the files named: a crash
 * that was once found must not come back. Speaks TAP.
 */

#include "fuzz.h"

#include <stdio.h>

int
main(int argc, char **argv)
{
    printf("1..%d\n", argc - 1);

    for (int i = 1; i < argc; i++) {
        test_mem_t mem = TEST_MEM;
        ss_str_t text = read_file(&mem, argv[i]);

        /* told before, so that a crash is known by its file */
        fprintf(stderr, "# %s\n", argv[i]);
        LLVMFuzzerTestOneInput(text.data, text.len);
        printf("ok %d - %s\n", i, argv[i]);
        test_mem_release(&mem);
    }

    return 0;
}
