/*
 * blame.h: no explanation blames what was repaired, whatever the service
 * answers.
 */

#ifndef BLAME_H
#define BLAME_H

#include "support.h"

/*
 * Explains a number of answers to a request that left repaired, once with what
 * was found in it as it came, once with what is found in it as it left: what
 * was repaired must make no difference. Returns NULL, or what differs, in mem.
 */
const char *blame_find(const ss_engine_t *engine, const ss_request_t *leaves,
                       const ss_result_t *result, test_mem_t *mem);

#endif
