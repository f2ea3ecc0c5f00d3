#include "shared/hush.h"

#include <errno.h>
#include <time.h>

void
hush_begin(hush_t *hush)
{
    static const int signals[] = { SIGPIPE, SIGXFSZ };
    int kept = errno;
    sigset_t pending, both;

    sigemptyset(&pending);
    sigpending(&pending);
    sigemptyset(&hush->held);
    sigemptyset(&both);

    for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sigaddset(&both, signals[i]);
        if (!sigismember(&pending, signals[i])) {
            sigaddset(&hush->held, signals[i]);
        }
    }
    pthread_sigmask(SIG_BLOCK, &both, &hush->before);
    errno = kept;
}

void
hush_end(const hush_t *hush)
{
    const struct timespec now = { 0, 0 };
    int kept = errno;

    while (sigtimedwait(&hush->held, NULL, &now) > 0 || errno == EINTR) {
    }

    pthread_sigmask(SIG_SETMASK, &hush->before, NULL);
    errno = kept;
}
