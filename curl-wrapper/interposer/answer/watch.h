/*
 * watch.h: what the service answers to a checked transfer, seen on its way to
 * the program and explained afterwards.
 *
 * The program's write and header callbacks are called by ours, with the same
 * bytes, and what they return is returned.
 */

#ifndef WATCH_H
#define WATCH_H

#include "interposer/request/request.h"

/* Begins to watch a transfer that is about to leave: copies what the
   explanation needs of the request, with result's edits made. Does nothing
   where no answer is to be explained or reported. */
void watch_begin(state_t *state, const ss_request_t *request,
                 const ss_result_t *result);

/* Gives the handle the program's own callbacks back. */
void watch_undo(state_t *state);

/* The transfer is over, with rc; CURLE_OK also where that is not known.
   Explains its answer. In a launched curl that is only kept, until
   watch_tell(): curl may try again, and has words of its own. */
void watch_end(state_t *state, CURLcode rc);

/* Tells what is kept. */
void watch_tell(state_t *state);

/* Forgets it: it is tried again. */
void watch_forget(state_t *state);

#endif
