/*
 * fuzz.h: what fuzz targets share. Each target is one file with libFuzzer's
 * entry, which turns bytes into a request or a rules file and asks what must
 * hold for all of them.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include "support.h"

/* libFuzzer's entry, which each target defines. Always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Checks a request by rules that repair all they can, and ends the program
 * when
 *
 * - the check fails, or has edits without repairs;
 * - what leaves has edits again, or a finding that was repaired;
 * - observing it finds something else, or changes something;
 * - a text of the result has control characters, or is too long.
 */
void fuzz_request(test_mem_t *mem, const ss_request_t *request);

/* Ends the program, telling what does not hold, when it does not. */
void fuzz_hold(bool holds, const char *what);

/* Takes what stands before the first separator off the input. */
ss_str_t fuzz_part(ss_str_t *input, unsigned char separator);

#endif
