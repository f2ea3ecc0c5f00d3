#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

int
file_replace(const char *path, const char *text, size_t len)
{
    char target[PATH_MAX];
    struct stat st;
    int fd;

    /* a link to a file that is not there yet is replaced */
    if (realpath(path, target) == NULL || stat(target, &st) != 0) {
        return replace(path, text, len);
    }

    if (S_ISREG(st.st_mode)) {
        return replace(target, text, len);
    }

    fd = open(target, O_WRONLY | O_CLOEXEC | O_NOCTTY);

    return fd >= 0 ? write_and_close(fd, text, len) : errno;
}
