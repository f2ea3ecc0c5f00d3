/*
 * weak.h: pointers to what a program may free before it tells us again.
 *
 * An address alone says nothing: by the time we use it, it may be another
 * object's. So each object has a number, from when it was first met until its
 * end.
 */

#ifndef WEAK_H
#define WEAK_H

#include <stdbool.h>

typedef struct {
    void *object;
    unsigned long number; /* 0: to nothing */
} weak_t;

/* A pointer to an object that is there now. To nothing: it is NULL, or there
   is no memory. */
weak_t weak_to(void *object);

/* The object, or NULL when it has ended. */
void *weak_get(weak_t weak);

/* Counts a use of an object that was met; nothing of another. */
void weak_use(const void *object);

/* How often it was used since it was met; 0 when it has ended. */
unsigned long weak_uses(weak_t weak);

/* Ends an object. Must be called before its memory is given back. */
void weak_end(const void *object);

#endif
