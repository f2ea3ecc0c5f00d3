/*
 * sanitizer_first.c: makes a preloaded sanitizer start before everything else.
 *
 * curl's libraries take the locale's lock in a constructor and allocate under
 * it; a sanitizer that starts there asks for the same lock and waits for ever.
 * Linked with "-z initfirst", this constructor runs before theirs.
 */

#include <stdlib.h>

__attribute__((constructor)) static void
start(void)
{
    void *volatile block = malloc(1);

    free(block);
}
