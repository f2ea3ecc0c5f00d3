/*
 * account.h: account: auto. Whose account is it? GET /v1/me says so, asked once
 * for each token and remembered.
 */

#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "interposer/handle/state.h"

/*
 * Tells a request that would gain from it the account of its token. The service
 * is asked where neither this process nor the cache knows, which the transfer
 * waits for; not in a dry run. Without an answer the request stays as it is.
 */
void account_learn(const state_t *state, ss_request_t *request,
                   const ss_mem_t *mem);

/* In a child: forgets what threads of the other process are asking for. */
void account_forked(void);

#endif
