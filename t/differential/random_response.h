/*
 * random_response.h: what a service may answer, mostly errors; the same for the
 * same state of random.
 */

#ifndef RANDOM_RESPONSE_H
#define RANDOM_RESPONSE_H

#include "random_request.h"

/* In mem. All of them can be sent, and pass through curl and nginx as they are;
   body_complete = 0: the body is to be cut off. Of a body that is longer than
   SS_EXPLAIN_BODY_MAX all is there. */
ss_response_t random_response(random_t *random, test_mem_t *mem);

#endif
