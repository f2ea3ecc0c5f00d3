/*
 * transfer.h: what happens to a handle before libcurl gets it.
 */

#ifndef TRANSFER_H
#define TRANSFER_H

#include "interposer/handle/state.h"

typedef enum {
    TRANSFER_GO,
    TRANSFER_REJECT,    /* a rule rejected it */
    TRANSFER_DRY_RUN,   /* printed, and not to be sent */
    TRANSFER_MALFORMED, /* of a dry run: a URL that libcurl would refuse */
    TRANSFER_UNUSABLE   /* there are no rules to apply */
} transfer_t;

/* Checks the request of a handle and applies the edits; of a handle that only
   connects nothing is checked. What is found is reported once, however often it
   is called before an option changes. */
transfer_t transfer_begin(state_t *state);

/* What was found is reported again by the next call: libcurl has refused this
   one. */
void transfer_forget(state_t *state);

#endif
