#include "shared/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/hush.h"

static int
write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n < 0 ? errno : EIO;
        }
        text += n;
        len -= (size_t) n;
    }

    return 0;
}

static int
write_and_close(int fd, const char *text, size_t len)
{
    int rc = write_all(fd, text, len);

    return close(fd) != 0 && rc == 0 ? errno : rc;
}

static int
replace(const char *path, const char *text, size_t len)
{
    char beside[PATH_MAX];
    int fd, rc;

    if (snprintf(beside, sizeof(beside), "%s.XXXXXX", path)
        >= (int) sizeof(beside)) {
        return ENAMETOOLONG;
    }

    fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }

    rc = write_and_close(fd, text, len);
    if (rc == 0 && rename(beside, path) != 0) {
        rc = errno;
    }
    if (rc != 0) {
        unlink(beside);
    }

    return rc;
}

/* Nobody may read there: that is not waited for. Who reads slowly is. */
static int
append(const char *path, const char *text, size_t len)
{
    int fd =
        open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0) {
        return errno;
    }

    (void) fcntl(fd, F_SETFL, O_APPEND);

    return write_and_close(fd, text, len);
}

/* --- what stands there ---------------------------------------------------- */

/* The directory that a path names a file in. */
static bool
find_directory(const char *path, struct stat *st)
{
    char copy[PATH_MAX];

    return snprintf(copy, sizeof(copy), "%s", path) < (int) sizeof(copy)
           && stat(dirname(copy), st) == 0;
}

/* In a directory that is open to all, a link or a pipe of somebody else's leads
   where that one wants (proc(5), fs.protected_symlinks). */
static bool
is_trap(const char *path)
{
    struct stat st, directory;

    return lstat(path, &st) == 0
           && (S_ISLNK(st.st_mode) || S_ISFIFO(st.st_mode))
           && st.st_uid != geteuid() && find_directory(path, &directory)
           && (directory.st_mode & S_ISVTX) != 0
           && (directory.st_mode & S_IWOTH) != 0
           && directory.st_uid != st.st_uid;
}

static bool
is_open_as(int fd, const struct stat *st)
{
    struct stat other;

    return fstat(fd, &other) == 0 && other.st_dev == st->st_dev
           && other.st_ino == st->st_ino;
}

/* What curl itself writes to is not to be replaced under its hands. */
bool
file_is_stream(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0
           && (!S_ISREG(st.st_mode) || is_open_as(STDOUT_FILENO, &st)
               || is_open_as(STDERR_FILENO, &st));
}

static int
write_file(const char *path, const char *text, size_t len)
{
    char target[PATH_MAX];

    if (is_trap(path)) {
        return EACCES;
    }

    if (file_is_stream(path)) {
        return append(path, text, len);
    }

    /* a link to a file that is not there yet is replaced */
    return replace(realpath(path, target) != NULL ? target : path, text, len);
}

int
file_replace(const char *path, const char *text, size_t len)
{
    hush_t hush;
    int rc;

    hush_begin(&hush);
    rc = write_file(path, text, len);
    hush_end(&hush);

    return rc;
}

const char *
file_refusal(const char *file)
{
    char path[PATH_MAX];
    struct stat st;

    if (is_trap(file)) {
        return "it is somebody else's, in a directory that is open to all";
    }

    if (stat(file, &st) == 0 && !S_ISREG(st.st_mode)) {
        return S_ISDIR(st.st_mode)       ? "it is a directory"
               : access(file, W_OK) != 0 ? strerror(errno)
                                         : NULL;
    }

    /* it is written beside itself */
    if (realpath(file, path) == NULL
        && snprintf(path, sizeof(path), "%s", file) >= (int) sizeof(path)) {
        return strerror(ENAMETOOLONG);
    }

    return access(dirname(path), W_OK | X_OK) != 0 ? strerror(errno) : NULL;
}

/* --- names ---------------------------------------------------------------- */

/* As short as a token may be. */
#define TOKEN_MIN 20

/* Whether so much of a name, up to a slash, has capital and small letters and
   digits. */
static bool
is_mixed(const char *part, size_t len)
{
    bool upper = false, lower = false, digit = false;

    for (size_t i = 0; i < len; i++) {
        upper |= part[i] >= 'A' && part[i] <= 'Z';
        lower |= part[i] >= 'a' && part[i] <= 'z';
        digit |= part[i] >= '0' && part[i] <= '9';
    }

    return upper && lower && digit;
}

const char *
file_shown(const char *path)
{
    static const char other[] = "(a name that is not shown)";
    const char *part = path;

    if (strpbrk(path, "=:@?&%\" \t\r\n") != NULL) {
        return other;
    }

    while (*part != '\0') {
        size_t len = strcspn(part, "/");

        if (len >= TOKEN_MIN && is_mixed(part, len)) {
            return other;
        }
        part += len + (part[len] == '/');
    }

    return path;
}
