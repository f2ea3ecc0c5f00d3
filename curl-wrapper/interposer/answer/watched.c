#include "interposer/answer/watched.h"

#include <stdlib.h>

watch_t *
watch_hold(watch_t *watch)
{
    if (watch != NULL) {
        watch->holders++;
    }

    return watch;
}

void
watch_release(watch_t *watch)
{
    if (watch != NULL && --watch->holders == 0) {
        exchange_free(watch->exchange);
        free(watch);
    }
}
