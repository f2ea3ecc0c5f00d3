/*
 * lookup.h: GET /v1/me, asked by a handle of our own over the program's
 * connection.
 */

#ifndef LOOKUP_H
#define LOOKUP_H

#include "interposer/handle/connection.h"
#include "scopestack.h"

/* Seconds that it may take; less where the program has set less. */
#define LOOKUP_CONNECT 5
#define LOOKUP_TOTAL 10

/*
 * Asks url with this Authorization, and gives the account's slug in mem.
 * Returns NULL, or why there is none: a text without a word of the answer or of
 * the request. Nothing of the transfer is told to the program.
 */
const char *lookup_account(const connection_t *connection, const char *url,
                           ss_str_t authorization, const ss_mem_t *mem,
                           ss_str_t *slug);

#endif
