/*
 * sent.h: what libcurl adds to a request besides what the rules look at: no
 * rule concerns it, but an answer may repeat it.
 */

#ifndef SENT_H
#define SENT_H

#include "interposer/handle/state.h"

/* Gives the request with cookies, referrer and a proxy's credentials among its
   headers, for the core to know their secrets, not to be shown. What is added
   is in mem. SS_OK, SS_ERR_NOMEM. */
int sent_add(const state_t *state, const ss_request_t *request,
             const ss_mem_t *mem, ss_request_t *sent);

#endif
