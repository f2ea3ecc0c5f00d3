#include "shared/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/hush.h"

/* One write a report: other transfers may be writing, too. */
static void
write_all(ss_str_t text)
{
    while (text.len > 0) {
        ssize_t n = write(STDERR_FILENO, text.data, text.len);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return;
        }
        text.data += n;
        text.len -= (size_t) n;
    }
}

/* A program that has closed its stderr may have a connection in its place. */
static bool
is_connection(int fd)
{
    struct sockaddr_storage own;
    socklen_t len = sizeof(own);

    return getsockname(fd, (struct sockaddr *) &own, &len) == 0
           && (own.ss_family == AF_INET || own.ss_family == AF_INET6);
}

static void
write_now(ss_str_t text)
{
    hush_t hush;

    if (is_connection(STDERR_FILENO)) {
        return;
    }

    hush_begin(&hush);
    write_all(text);
    hush_end(&hush);
}

/* --- later --------------------------------------------------------------- */

typedef struct {
    uint8_t *text;
    size_t len;
} kept_t;

static void
keep(kept_t *kept, ss_str_t text)
{
    uint8_t *more = realloc(kept->text, kept->len + text.len);

    if (more == NULL) {
        write_now(text);
        return;
    }

    memcpy(more + kept->len, text.data, text.len);
    kept->text = more;
    kept->len += text.len;
}

static void
empty(kept_t *kept)
{
    free(kept->text);
    *kept = (kept_t){ NULL, 0 };
}

/* Until the end of the process, and until this thread knows what is true. */
static kept_t at_end;
static _Thread_local kept_t held __attribute__((tls_model("initial-exec")));
static _Thread_local bool holds __attribute__((tls_model("initial-exec")));

void
report_raw(ss_str_t text)
{
    if (holds) {
        keep(&held, text);
    } else {
        write_now(text);
    }
}

void
report_hold(void)
{
    holds = true;
}

void
report_release(bool is_true)
{
    if (is_true && held.len > 0) {
        write_now((ss_str_t){ held.text, held.len });
    }
    empty(&held);
    holds = false;
}

void
report_later(ss_str_t text)
{
    keep(&at_end, text);
}

void
report_rest(void)
{
    if (at_end.len > 0) {
        fflush(NULL);
        write_now((ss_str_t){ at_end.text, at_end.len });
    }
    empty(&at_end);
}

void
report_line(const char *format, ...)
{
    char text[1024] = "sscurl: ";
    size_t len = strlen(text), room = sizeof(text) - len - 1;
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text + len, room, format, args);
    va_end(args);

    if (n >= 0) {
        len += (size_t) n < room ? (size_t) n : room - 1;
        text[len++] = '\n';
        report_raw((ss_str_t){ (const uint8_t *) text, len });
    }
}

void
report_unseen(const char *file, const char *how)
{
    static atomic_flag reported = ATOMIC_FLAG_INIT;
    const char *mode = getenv("SCOPESTACK_MODE");

    if ((mode == NULL || strcmp(mode, "off") != 0)
        && !atomic_flag_test_and_set(&reported)) {
        report_line("%s is loaded %s: the rules do not see the calls to it; "
                    "send the requests through the gateway",
                    file, how);
    }
}
