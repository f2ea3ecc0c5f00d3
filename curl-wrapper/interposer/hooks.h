/*
 * hooks.h: what all hooks begin with.
 */

#ifndef HOOKS_H
#define HOOKS_H

#include "interposer/libcurl/real.h"
#include "interposer/handle/state.h"

#define EXPORT __attribute__((visibility("default")))

/* Who calls a hook: it tells which libcurl is meant, where there are two. */
#define CALLER __builtin_return_address(0)

/* A program that was not started by sscurl meets its first hook here. Without
   libcurl's functions each hook fails, and says why once. */
#define is_ready() hooks_load(CALLER)
bool hooks_load(const void *caller);

/* The functions for a call. Handles of another libcurl have no state, and get
   its own. */
const real_t *functions_for(const state_t *state, const void *caller);

#endif
