/*
 * random_request.h: requests as clients make them, right and wrong in many
 * ways at once; the same for the same seed.
 */

#ifndef RANDOM_REQUEST_H
#define RANDOM_REQUEST_H

#include "support.h"

typedef struct {
    uint32_t state;
} random_t;

/* A sequence of its own for each seed. */
random_t random_seed(uint32_t seed);

/* The next number below sides. */
uint32_t random_roll(random_t *random, uint32_t sides);

/* A token request to app.scopestack.test, in mem. */
ss_request_t random_token_request(random_t *random, test_mem_t *mem);

/* Any request to one of the service's hosts, in mem: a token request in one of
   three. All of them can be sent by curl and nginx as they are. */
ss_request_t random_request(random_t *random, test_mem_t *mem);

/* The rules file they are meant for: all rules repair that can. */
ss_str_t random_rules(test_mem_t *mem);

/* The same with an action by chance for each rule, of those that it has. */
ss_str_t random_actions(random_t *random, test_mem_t *mem);

#endif
