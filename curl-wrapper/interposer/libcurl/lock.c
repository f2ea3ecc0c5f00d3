#include "interposer/libcurl/lock.h"

static pthread_mutex_t locks[LOCKS] = {
    [LOCK_ACCOUNT] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_STATES] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_FORMS] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_OBJECTS] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_LIBCURLS] = PTHREAD_MUTEX_INITIALIZER,
};

void
lock_take(lock_t lock)
{
    pthread_mutex_lock(&locks[lock]);
}

void
lock_release(lock_t lock)
{
    pthread_mutex_unlock(&locks[lock]);
}

int
lock_wait(lock_t lock, pthread_cond_t *condition, const struct timespec *until)
{
    return pthread_cond_timedwait(condition, &locks[lock], until);
}

/* --- fork ---------------------------------------------------------------- */

static void (*child_function)(void);

/* What they guard is whole then. */
static void
before_fork(void)
{
    for (unsigned i = 0; i < LOCKS; i++) {
        lock_take((lock_t) i);
    }
}

static void
after_fork(void)
{
    for (unsigned i = LOCKS; i > 0; i--) {
        lock_release((lock_t) (i - 1));
    }
}

static void
in_child(void)
{
    child_function();
    after_fork();
}

static void
look_after(void)
{
    pthread_atfork(before_fork, after_fork, in_child);
}

void
lock_across_forks(void (*child)(void))
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    child_function = child;
    pthread_once(&once, look_after);
}
