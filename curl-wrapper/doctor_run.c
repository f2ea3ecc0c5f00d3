#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"
#include "guard.h"

/* What curl says at the end, on stderr, for us. */
#define SUMMARY                                                                \
    "%{stderr}\nss-doctor %{time_namelookup} %{time_connect} "                 \
    "%{time_appconnect} %{remote_ip}\n"
#define SAID_MAX 4096

/* Ours may be overridden by the user's, those at the end may not. A token goes
   in by stdin: arguments can be seen by others. */
static const char *const before[] = { "--connect-timeout", "5", "--max-time",
                                      "15" };
static const char *const behind[] = {
    "--silent",
    "--no-show-error",
    "--no-fail",
    "--no-verbose",
    "--no-location",
    "--include",
    "--suppress-connect-headers",
    "--globoff",
    "--retry",
    "0",
    "--config",
    "-",
    "--write-out",
    SUMMARY,
    "--output",
    "-",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* --- arguments ------------------------------------------------------------ */

static char *
word(const char *text)
{
    return (char *) (uintptr_t) text;
}

/* -q counts only where it comes first. */
static bool
is_disable(const char *text)
{
    return strcmp(text, "-q") == 0 || strcmp(text, "--disable") == 0;
}

static char **
arguments(const doctor_run_t *run, const ss_mem_t *mem)
{
    size_t most = run->words->count + COUNT(before) + COUNT(behind) + 16, n = 0;
    size_t kept = 0;
    char **argv = mem->alloc(mem->ctx, most * sizeof(*argv));

    if (argv == NULL) {
        return NULL;
    }

    argv[n++] = word("curl");
    if (run->words->count > 0 && is_disable(run->words->kept[0])) {
        argv[n++] = run->words->kept[kept++];
    }
    for (size_t i = 0; i < COUNT(before); i++) {
        argv[n++] = word(before[i]);
    }
    while (kept < run->words->count) {
        argv[n++] = run->words->kept[kept++];
    }
    for (size_t i = 0; i < 8 && run->more[i] != NULL; i++) {
        argv[n++] = word(run->more[i]);
    }
    for (size_t i = 0; i < COUNT(behind); i++) {
        argv[n++] = word(behind[i]);
    }
    argv[n++] = word(run->url);
    argv[n] = NULL;

    return argv;
}

/* The line of a configuration file that gives the token. */
static int
secret_line(const doctor_run_t *run, const ss_mem_t *mem, ss_str_t *line)
{
    static const char begin[] = "header = \"Authorization: ";
    ss_str_t value = run->authorization;
    char *text, *p;

    *line = (ss_str_t){ NULL, 0 };
    if (value.len == 0) {
        return SS_OK;
    }

    text = p = mem->alloc(mem->ctx, sizeof(begin) + 2 * value.len + 2);
    if (text == NULL) {
        return SS_ERR_NOMEM;
    }

    p = stpcpy(p, begin);
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == '"' || value.data[i] == '\\') {
            *p++ = '\\';
        }
        /* a line end would begin another option */
        *p++ = value.data[i] < ' ' ? ' ' : (char) value.data[i];
    }
    p = stpcpy(p, "\"\n");
    *line = (ss_str_t){ (const uint8_t *) text, (size_t) (p - text) };

    return SS_OK;
}

/* --- the child ------------------------------------------------------------ */

enum { IN, OUT, ERR, PIPES };

static void
become_curl(const doctor_run_t *run, char **argv, int pipes[PIPES][2])
{
    dup2(pipes[IN][0], STDIN_FILENO);
    dup2(pipes[OUT][1], STDOUT_FILENO);
    dup2(pipes[ERR][1], STDERR_FILENO);
    signal(SIGPIPE, SIG_DFL);

    /* whatever is preloaded, it is the connection that is looked at */
    unsetenv(ENV_OPTIONS);
    setenv("SCOPESTACK_MODE", "off", 1);
    execv(run->curl, argv);
    _exit(127);
}

typedef struct {
    char *data;
    size_t len, size;
    bool last; /* the last bytes are wanted, not the first */
} sink_t;

/* Returns false at the end. */
static bool
drain(int fd, sink_t *sink)
{
    char piece[8192];
    ssize_t n = read(fd, piece, sizeof(piece));
    size_t len, room = sink->size - sink->len;

    if (n <= 0) {
        return n < 0 && errno == EINTR;
    }

    len = (size_t) n;
    if (sink->last && len > room) {
        const char *from = len > sink->size ? piece + len - sink->size : piece;
        size_t take = len > sink->size ? sink->size : len;
        size_t stay = sink->size - take;

        memmove(sink->data, sink->data + sink->len - stay, stay);
        memcpy(sink->data + stay, from, take);
        sink->len = sink->size;
        return true;
    }

    len = len < room ? len : room;
    memcpy(sink->data + sink->len, piece, len);
    sink->len += len;

    return true;
}

static void
listen_to(int out, int err, sink_t *answer, sink_t *said)
{
    struct pollfd fds[] = { { out, POLLIN, 0 }, { err, POLLIN, 0 } };

    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR) {
            return;
        }
        if (fds[0].revents != 0 && !drain(out, answer)) {
            fds[0].fd = -1;
        }
        if (fds[1].revents != 0 && !drain(err, said)) {
            fds[1].fd = -1;
        }
        fds[0].revents = fds[1].revents = 0;
    }
}

static int
exit_code(pid_t pid)
{
    int status = 0;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return 128;
        }
    }

    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
close_pipes(int pipes[PIPES][2])
{
    for (int i = 0; i < PIPES; i++) {
        for (int k = 0; k < 2; k++) {
            if (pipes[i][k] >= 0) {
                close(pipes[i][k]);
                pipes[i][k] = -1;
            }
        }
    }
}

static int
hear_child(pid_t pid, int pipes[PIPES][2], ss_str_t secret, sink_t *answer,
           sink_t *said)
{
    static const int childs[PIPES] = { [IN] = 0, [OUT] = 1, [ERR] = 1 };

    for (int i = 0; i < PIPES; i++) {
        close(pipes[i][childs[i]]);
        pipes[i][childs[i]] = -1;
    }

    /* less than a pipe takes at once; a curl that does not read it says so */
    if (secret.len > 0) {
        (void) !write(pipes[IN][1], secret.data, secret.len);
    }
    close(pipes[IN][1]);
    pipes[IN][1] = -1;

    listen_to(pipes[OUT][0], pipes[ERR][0], answer, said);

    return exit_code(pid);
}

static int
run_child(const doctor_run_t *run, char **argv, ss_str_t secret, sink_t *answer,
          sink_t *said)
{
    int pipes[PIPES][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
    int code = 128;
    pid_t pid = -1;

    /* a curl that ends at once does not read what is written to it */
    signal(SIGPIPE, SIG_IGN);

    if (pipe2(pipes[IN], O_CLOEXEC) == 0 && pipe2(pipes[OUT], O_CLOEXEC) == 0
        && pipe2(pipes[ERR], O_CLOEXEC) == 0) {
        pid = fork();
    }

    if (pid == 0) {
        become_curl(run, argv, pipes);
    }
    if (pid > 0) {
        code = hear_child(pid, pipes, secret, answer, said);
    }
    close_pipes(pipes);

    return code;
}

/* --- what it said --------------------------------------------------------- */

static void
read_summary(const sink_t *said, doctor_answer_t *answer)
{
    const char *line = NULL, *next = said->data;
    double looked = 0, connected = 0, secured = 0;

    while ((next = strstr(next, "\nss-doctor ")) != NULL) {
        line = ++next;
    }
    if (line == NULL) {
        return;
    }

    sscanf(line, "ss-doctor %lf %lf %lf %63[0-9a-fA-F.:]", &looked, &connected,
           &secured, answer->address);
    answer->resolved = looked > 0;
    answer->connected = connected > 0;
    answer->secured = secured > 0;
}

/* Takes heads off an answer until one is followed by a body: there may be more
   than one, of 100 Continue or of a proxy. */
static void
read_answer(const sink_t *sink, doctor_answer_t *answer)
{
    const char *at = sink->data;

    while (strncmp(at, "HTTP/", 5) == 0) {
        const char *line = strchr(at, '\n'), *end = strstr(at, "\r\n\r\n");
        const char *status = strchr(at, ' ');

        if (line == NULL || end == NULL || status == NULL || status > line) {
            return;
        }

        answer->status = (unsigned) strtoul(status, NULL, 10);
        line++;
        answer->head = (ss_str_t){ (const uint8_t *) line,
                                   line < end ? (size_t) (end - line) : 0 };
        at = end + 4;
    }

    answer->body = (ss_str_t){ (const uint8_t *) at,
                               sink->len - (size_t) (at - sink->data) };
}

ss_str_t
doctor_header(const doctor_answer_t *answer, const char *name)
{
    const char *at = (const char *) answer->head.data;
    const char *end = at != NULL ? at + answer->head.len : NULL;
    size_t len = strlen(name);

    while (at != NULL && at < end) {
        const char *stop = memchr(at, '\r', (size_t) (end - at));

        stop = stop != NULL ? stop : end;
        if ((size_t) (stop - at) > len && strncasecmp(at, name, len) == 0
            && at[len] == ':') {
            const char *value = at + len + 1;

            value += strspn(value, " \t");
            return (ss_str_t){ (const uint8_t *) value,
                               value < stop ? (size_t) (stop - value) : 0 };
        }
        at = stop + 2;
    }

    return (ss_str_t){ NULL, 0 };
}

static bool
make_sink(sink_t *sink, size_t size, const ss_mem_t *mem)
{
    sink->data = mem->alloc(mem->ctx, size + 1);
    sink->size = size;

    return sink->data != NULL;
}

int
doctor_run(const doctor_run_t *run, const ss_mem_t *mem,
           doctor_answer_t *answer)
{
    sink_t out = { .last = false }, said = { .last = true };
    char **argv = arguments(run, mem);
    ss_str_t secret;

    *answer = (doctor_answer_t){ .code = 128 };
    if (argv == NULL || secret_line(run, mem, &secret) != SS_OK
        || !make_sink(&out, DOCTOR_ANSWER_MAX, mem)
        || !make_sink(&said, SAID_MAX, mem)) {
        return SS_ERR_NOMEM;
    }

    answer->began = time(NULL);
    answer->code = run_child(run, argv, secret, &out, &said);
    answer->ended = time(NULL);

    out.data[out.len] = said.data[said.len] = '\0';
    read_summary(&said, answer);
    read_answer(&out, answer);

    return SS_OK;
}
