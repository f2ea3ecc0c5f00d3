#include "interposer/account/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopestack.h"

#define KEY_LEN 64
#define ACCOUNTS_MAX 256
#define REFUSED_MAX 64

/* A file: this line, one with the time, one with the slug. */
#define TITLE "scopestack account 1\n"
#define FILE_MAX 256

#define NEW "new-"

/* Between two looks at a lock. */
#define LOCK_PAUSE_NS 10000000L

/* --- the directory -------------------------------------------------------- */

/* What others can write is not ours to believe. */
static bool
is_own(const struct stat *st)
{
    return st->st_uid == geteuid() && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static const char *
absolute(const char *name)
{
    const char *path = secure_getenv(name);

    return path != NULL && *path == '/' ? path : NULL;
}

/* The directory that ours is in. */
static bool
find_base(char path[PATH_MAX])
{
    const char *xdg = absolute("XDG_CACHE_HOME"), *home = absolute("HOME");
    int n = -1;

    if (xdg != NULL) {
        n = snprintf(path, PATH_MAX, "%s", xdg);
    } else if (home != NULL) {
        n = snprintf(path, PATH_MAX, "%s/.cache", home);
    }

    return n > 0 && n < PATH_MAX;
}

static int
open_dir(int at, const char *path, int flags)
{
    struct stat st;
    int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);

    if (fd >= 0 && flags != 0 && (fstat(fd, &st) != 0 || !is_own(&st))) {
        close(fd);
        fd = -1;
    }

    return fd;
}

/* Opens the directory, made where it is to be written and is not there; -1. */
static int
open_cache(bool make)
{
    char path[PATH_MAX];
    int base, dir;

    if (!find_base(path)) {
        return -1;
    }

    if (make) {
        (void) mkdir(path, 0700);
    }
    base = open_dir(AT_FDCWD, path, 0);
    if (base < 0) {
        return -1;
    }

    if (make) {
        (void) mkdirat(base, "scopestack", 0700);
    }
    dir = open_dir(base, "scopestack", O_NOFOLLOW);
    close(base);

    return dir;
}

/* --- reading -------------------------------------------------------------- */

/* Reads a whole small file as a string. */
static bool
read_text(int dir, const char *name, char text[FILE_MAX])
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    ssize_t n = -1;

    if (fd < 0) {
        return false;
    }

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_own(&st)) {
        n = read(fd, text, FILE_MAX);
    }
    close(fd);

    if (n < 0 || n == FILE_MAX || memchr(text, '\0', (size_t) n) != NULL) {
        return false;
    }
    text[n] = '\0';

    return true;
}

static bool
read_line(const char **text, char *line, size_t size)
{
    size_t len = strcspn(*text, "\n");

    if ((*text)[len] != '\n' || len >= size) {
        return false;
    }
    memcpy(line, *text, len);
    line[len] = '\0';
    *text += len + 1;

    return true;
}

static bool
is_slug(const char *slug)
{
    return *slug == '\0'
           || ss_account_valid(
               (ss_str_t){ (const uint8_t *) slug, strlen(slug) });
}

static bool
parse(const char *text, cached_t *cached)
{
    char digits[24], *end;

    if (strncmp(text, TITLE, strlen(TITLE)) != 0) {
        return false;
    }
    text += strlen(TITLE);

    if (!read_line(&text, digits, sizeof(digits))
        || !read_line(&text, cached->slug, sizeof(cached->slug))
        || *text != '\0' || strspn(digits, "0123456789") != strlen(digits)) {
        return false;
    }

    errno = 0;
    cached->expires = (time_t) strtoll(digits, &end, 10);

    return errno == 0 && end != digits && is_slug(cached->slug);
}

bool
cache_read(const char *key, cached_t *cached)
{
    int dir = open_cache(false);
    char text[FILE_MAX];
    time_t now = time(NULL);
    bool good;

    if (dir < 0) {
        return false;
    }

    good = read_text(dir, key, text) && parse(text, cached);
    close(dir);

    /* a time too far away is none of ours, or the clock has been set back */
    return good && now < cached->expires
           && cached->expires - now <= CACHE_VALID;
}

/* --- locking -------------------------------------------------------------- */

/* The kernel takes the lock back when its process ends. */
static bool
lock_until(int fd, time_t end)
{
    const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || time(NULL) >= end) {
            return false;
        }
        (void) nanosleep(&pause, NULL);
    }

    return true;
}

int
cache_lock(const char *key, unsigned seconds)
{
    int dir = open_cache(true), fd;

    if (dir < 0) {
        return -1;
    }

    /* the entry itself: an empty one counts as absent, and who writes it puts
       another file in its place */
    fd = openat(dir, key, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    close(dir);

    if (fd >= 0 && !lock_until(fd, time(NULL) + (time_t) seconds)) {
        close(fd);
        fd = -1;
    }

    return fd;
}

void
cache_unlock(int lock)
{
    if (lock >= 0) {
        /* a process that was forked meanwhile may still have it open */
        (void) flock(lock, LOCK_UN);
        close(lock);
    }
}

/* --- writing -------------------------------------------------------------- */

static bool
is_key(const char *name)
{
    return strlen(name) == KEY_LEN
           && strspn(name, "0123456789abcdef") == KEY_LEN;
}

static bool
is_ours(const char *name)
{
    return is_key(name) || strncmp(name, NEW, strlen(NEW)) == 0;
}

static bool
has_expired(int dir, const char *name, time_t now)
{
    struct stat st;

    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0
           && (now - st.st_mtime > CACHE_VALID
               || st.st_mtime - now > CACHE_VALID);
}

static bool
has_account(int dir, const char *name)
{
    char text[FILE_MAX];
    cached_t cached;

    return read_text(dir, name, text) && parse(text, &cached)
           && cached.slug[0] != '\0';
}

/* How many have been seen of each kind. */
typedef struct {
    unsigned accounts;
    unsigned refused;
} seen_t;

static bool
has_no_room(int dir, const char *name, seen_t *seen)
{
    if (!is_key(name)) {
        return false;
    }

    return has_account(dir, name) ? ++seen->accounts >= ACCOUNTS_MAX
                                  : ++seen->refused >= REFUSED_MAX;
}

/* Makes room for one. Which of too many of a kind goes is all the same: it is
   asked for again. Files that are not ours stay. */
static void
sweep(int dir)
{
    int copy = open_dir(dir, ".", O_NOFOLLOW);
    DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;
    time_t now = time(NULL);
    seen_t seen = { 0, 0 };

    if (stream == NULL) {
        if (copy >= 0) {
            close(copy);
        }
        return;
    }

    for (const struct dirent *e = readdir(stream); e != NULL;
         e = readdir(stream)) {
        if (is_ours(e->d_name)
            && (has_expired(dir, e->d_name, now)
                || has_no_room(dir, e->d_name, &seen))) {
            (void) unlinkat(dir, e->d_name, 0);
        }
    }
    closedir(stream);
}

/* A limit on the size of files would end the process. */
static bool
may_write(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur >= FILE_MAX;
}

static bool
write_text(int dir, const char *name, const char *text)
{
    int fd = openat(dir, name,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    ssize_t len = (ssize_t) strlen(text);
    bool written;

    if (fd < 0) {
        return false;
    }

    written = fchmod(fd, 0600) == 0 && write(fd, text, (size_t) len) == len;

    return close(fd) == 0 && written;
}

/* Whoever reads it meanwhile sees the old one, or the new one whole. */
static void
replace(int dir, const char *key, const char *text)
{
    char name[sizeof(NEW) + 32];
    uint64_t lot;

    if (getrandom(&lot, sizeof(lot), GRND_NONBLOCK) != (ssize_t) sizeof(lot)) {
        return;
    }
    snprintf(name, sizeof(name), NEW "%016llx", (unsigned long long) lot);

    if (!write_text(dir, name, text) || renameat(dir, name, dir, key) != 0) {
        (void) unlinkat(dir, name, 0);
    }
}

void
cache_write(const char *key, const cached_t *cached)
{
    char text[FILE_MAX];
    int dir = may_write() ? open_cache(true) : -1;

    if (dir < 0) {
        return;
    }

    snprintf(text, sizeof(text), TITLE "%lld\n%s\n",
             (long long) cached->expires, cached->slug);
    sweep(dir);
    replace(dir, key, text);
    close(dir);
}
