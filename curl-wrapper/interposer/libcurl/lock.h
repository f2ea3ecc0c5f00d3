/*
 * lock.h: the locks of this library. They are in one place so that fork() finds
 * them free: a child has none of the threads that would give them back.
 */

#ifndef LOCK_H
#define LOCK_H

#include <pthread.h>

/* Nobody who has one takes another, but in this order. */
typedef enum {
    LOCK_ACCOUNT,
    LOCK_STATES,
    LOCK_FORMS,
    LOCK_OBJECTS,
    LOCK_LIBCURLS,
    LOCKS
} lock_t;

void lock_take(lock_t lock);
void lock_release(lock_t lock);

/* Waits for a condition with a lock that is held; what pthread_cond_timedwait()
   returns. */
int lock_wait(lock_t lock, pthread_cond_t *condition,
              const struct timespec *until);

/* From the first call on, forks are looked after; child is called in each
   child, with all locks held. */
void lock_across_forks(void (*child)(void));

#endif
