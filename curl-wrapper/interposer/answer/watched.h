/*
 * watched.h: what is known of a transfer that is watched, as long as its handle
 * or a callback on the way needs it.
 */

#ifndef WATCHED_H
#define WATCHED_H

#include "interposer/answer/exchange.h"
#include "interposer/handle/state.h"

struct watch {
    exchange_t *exchange;
    unsigned holders; /* the state, and each write callback on the way */
    bool head_done;
    bool explains; /* the answer is to be explained */
    bool ended;
    ss_str_t text; /* the explanation, kept, in exchange's memory */
};

/* One more holder; watch may be NULL. Returns it. */
watch_t *watch_hold(watch_t *watch);

/* One fewer; the last one frees it. watch may be NULL. */
void watch_release(watch_t *watch);

#endif
