/*
 * ss_file.c: the one file that reads a file.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/ss_diag.h"

/* Reads up to limit bytes of an open file; false with errno set. */
static bool
read_all(int fd, uint8_t *data, size_t limit, size_t *len)
{
    *len = 0;

    while (*len < limit) {
        ssize_t n = read(fd, data + *len, limit - *len);

        if (n == 0) {
            break;
        }
        if (n < 0 && errno != EINTR) {
            return false;
        }
        *len += n > 0 ? (size_t) n : 0;
    }

    return true;
}

/* Why such a file cannot be a rules file; NULL when it can. */
static const char *
refusal(const struct stat *st)
{
    if (S_ISDIR(st->st_mode)) {
        return "it is a directory; name the file in it";
    }

    if (!S_ISREG(st->st_mode)) {
        return "it is not a regular file";
    }

    return st->st_size > (off_t) SS_CONFIG_MAX ? SS_TOO_LARGE : NULL;
}

/* Returns SS_OK, with *why the reason when there is no *text; SS_ERR_NOMEM. */
static int
read_file(int fd, const ss_mem_t *mem, ss_str_t *text, const char **why)
{
    struct stat st;
    uint8_t *data;
    size_t len;

    *why = fstat(fd, &st) != 0 ? strerror(errno) : refusal(&st);
    if (*why != NULL) {
        return SS_OK;
    }

    data = mem->alloc(mem->ctx, (size_t) st.st_size + 1);
    if (data == NULL) {
        return SS_ERR_NOMEM;
    }

    if (!read_all(fd, data, (size_t) st.st_size, &len)) {
        *why = strerror(errno);
        return SS_OK;
    }

    *text = ss_str(data, len);

    return SS_OK;
}

int
ss_file_read(const char *path, const ss_mem_t *mem, ss_str_t *text,
             ss_str_t *errors)
{
    const char *why;
    int fd, rc;

    *text = SS_STR("");
    *errors = SS_STR("");

    /* a FIFO must not keep us waiting */
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return ss_diag_file(path, strerror(errno), mem, errors);
    }

    rc = read_file(fd, mem, text, &why);
    close(fd);

    return rc == SS_OK && why != NULL ? ss_diag_file(path, why, mem, errors)
                                      : rc;
}

int
ss_engine_load(ss_engine_t **engine, const char *path, const ss_mem_t *mem,
               ss_str_t *errors)
{
    ss_str_t text;
    int rc = ss_file_read(path, mem, &text, errors);

    *engine = NULL;

    return rc == SS_OK ? ss_engine_create(engine, text, path, mem, errors) : rc;
}
