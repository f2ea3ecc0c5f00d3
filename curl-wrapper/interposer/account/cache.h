/*
 * cache.h: accounts that the service has told, in files of the user's.
 *
 * A file for each token and service, in $XDG_CACHE_HOME/scopestack or
 * $HOME/.cache/scopestack, named by a hash; in it a slug, or that there is
 * none, and until when that is good. Whatever is not as it should be counts as
 * absent, and what cannot be written is not: there is no error.
 */

#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <time.h>

/* Seconds that an answer is good, and that a lookup without one is not
   repeated: the gateway's. */
#define CACHE_VALID 600
#define CACHE_RETRY 30

/* The longest slug that is kept. */
#define CACHE_SLUG_MAX 144

typedef struct {
    char slug[CACHE_SLUG_MAX + 1]; /* empty: none was told */
    time_t expires;
} cached_t;

/* Reads what is kept under a key of 64 hex digits and is good now. */
bool cache_read(const char *key, cached_t *cached);

/*
 * Waits for other processes that ask under this key, at most so many seconds,
 * and keeps the rest of them out: they find the answer in the cache. Returns a
 * descriptor for cache_unlock(); -1: not locked, since the directory cannot be
 * used or the time is over, and the caller asks all the same.
 */
int cache_lock(const char *key, unsigned seconds);
void cache_unlock(int lock);

/* Keeps it, and drops what has expired. Entries without an account do not push
   out those with one. */
void cache_write(const char *key, const cached_t *cached);

#endif
