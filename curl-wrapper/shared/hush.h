/*
 * hush.h: what we write must not end the process. A program that never writes
 * to a closed pipe, or to a file above a limit, does not die of our doing so.
 */

#ifndef HUSH_H
#define HUSH_H

#include <signal.h>

typedef struct {
    sigset_t held; /* SIGPIPE and SIGXFSZ, but what was pending before */
    sigset_t before;
} hush_t;

/* Holds both signals back, in this thread. errno stays. */
void hush_begin(hush_t *hush);

/* Takes those that came meanwhile. errno stays. */
void hush_end(const hush_t *hush);

#endif
