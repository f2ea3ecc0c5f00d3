/*
 * bound.h: the proof that the calls of a program reach our hooks.
 */

#ifndef BOUND_H
#define BOUND_H

#include <stdbool.h>

/* A call that does not reach its hook. */
typedef struct {
    const char *name;   /* NULL: the program calls none that we hook */
    const char *target; /* the file it goes to */
} missed_t;

/* Tells whether the program's calls reach our hooks; the first one that does
   not goes into *missed. Calls must have been bound at the start
   (LD_BIND_NOW). */
bool hooks_bound(missed_t *missed);

#endif
