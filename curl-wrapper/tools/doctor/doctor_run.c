#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shared/ascii.h"
#include "tools/doctor/doctor.h"
#include "shared/guard.h"
#include "shared/text.h"

/* What curl says at the end, on stderr, for us. */
#define SUMMARY                                                                \
    "%{stderr}\nss-doctor %{time_namelookup} %{time_connect} "                 \
    "%{time_appconnect} %{local_port} %{http_connect} %{remote_ip}\n"
#define SAID_MAX 4096

/* .curlrc is among our words. What it says, and what may be a secret, comes by
   stdin: arguments can be seen by others. Our bounds stand behind it, and may
   be overridden by words alone. */
static const char *const before[] = {
    "curl", "-q", "--config", "-", "--connect-timeout", "5", "--max-time", "15",
};
static const char *const behind[] = {
    "--silent",  "--include",   "--suppress-connect-headers",
    "--globoff", "--write-out", SUMMARY,
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* --- arguments ------------------------------------------------------------ */

static char *
word(const char *text)
{
    return (char *) (uintptr_t) text;
}

static char **
arguments(const doctor_run_t *run, const ss_mem_t *mem)
{
    const doctor_words_t *words = run->words;
    size_t most = 2 * words->count + COUNT(before) + COUNT(behind) + 16, n = 0;
    char **argv = mem->alloc(mem->ctx, most * sizeof(*argv));

    if (argv == NULL) {
        return NULL;
    }

    for (size_t i = 0; i < COUNT(before); i++) {
        argv[n++] = word(before[i]);
    }
    for (size_t i = 0; i < words->count; i++) {
        const doctor_option_t *kept = &words->kept[i];

        if (!kept->by_stdin) {
            argv[n++] = word(kept->option);
        }
        if (!kept->by_stdin && kept->value != NULL) {
            argv[n++] = word(kept->value);
        }
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

/* --- the configuration file on stdin -------------------------------------- */

/* Between quotes; a line end would begin another option. */
static void
put_escaped(FILE *file, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '"' || c == '\\' || c == '\n' || c == '\r') {
            fputc('\\', file);
        }
        fputc(c == '\n' ? 'n' : c == '\r' ? 'r' : c, file);
    }
}

static void
put_options(FILE *file, const doctor_run_t *run)
{
    for (size_t i = 0; i < run->words->count; i++) {
        const doctor_option_t *kept = &run->words->kept[i];

        if (!kept->by_stdin) {
            continue;
        }
        fputs(kept->option, file);
        if (kept->value != NULL) {
            fputs(" \"", file);
            put_escaped(file, kept->value, strlen(kept->value));
            fputc('"', file);
        }
        fputc('\n', file);
    }

    if (run->authorization.len > 0) {
        fputs("-H \"Authorization: ", file);
        put_escaped(file, (const char *) run->authorization.data,
                    run->authorization.len);
        fputs("\"\n", file);
    }
}

/* To be freed, also when there is no memory for it. */
static int
configuration(const doctor_run_t *run, char **text, size_t *len)
{
    FILE *file;

    *text = NULL;
    file = open_memstream(text, len);
    if (file == NULL) {
        return SS_ERR_NOMEM;
    }

    put_options(file, run);
    if (ferror(file)) {
        fclose(file);
        return SS_ERR_NOMEM;
    }

    return fclose(file) == 0 ? SS_OK : SS_ERR_NOMEM;
}

/* --- the child ------------------------------------------------------------ */

enum { IN, OUT, ERR, PIPES };

static void
become_curl(const doctor_run_t *run, char **argv, int pipes[PIPES][2],
            pid_t parent)
{
    dup2(pipes[IN][0], STDIN_FILENO);
    dup2(pipes[OUT][1], STDOUT_FILENO);
    dup2(pipes[ERR][1], STDERR_FILENO);

    /* whatever ends the doctor, nobody wants to know any more */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);
    }

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

/* Gives curl its options; one that ends at once does not read them, and says
   why. */
static void
write_lines(int fd, ss_str_t lines)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction kept;

    sigaction(SIGPIPE, &ignore, &kept);
    while (lines.len > 0) {
        ssize_t n = write(fd, lines.data, lines.len);

        if (n < 0 && errno != EINTR) {
            break;
        }
        if (n > 0) {
            lines.data += n;
            lines.len -= (size_t) n;
        }
    }
    sigaction(SIGPIPE, &kept, NULL);
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
hear_child(pid_t pid, int pipes[PIPES][2], ss_str_t lines, sink_t *answer,
           sink_t *said)
{
    static const int childs[PIPES] = { [IN] = 0, [OUT] = 1, [ERR] = 1 };

    for (int i = 0; i < PIPES; i++) {
        close(pipes[i][childs[i]]);
        pipes[i][childs[i]] = -1;
    }

    write_lines(pipes[IN][1], lines);
    close(pipes[IN][1]);
    pipes[IN][1] = -1;

    listen_to(pipes[OUT][0], pipes[ERR][0], answer, said);

    return exit_code(pid);
}

static int
run_child(const doctor_run_t *run, char **argv, ss_str_t lines, sink_t *answer,
          sink_t *said)
{
    int pipes[PIPES][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
    int code = 128;
    pid_t self = getpid(), pid = -1;

    /* who started us may not have cared for its children */
    signal(SIGCHLD, SIG_DFL);

    if (pipe2(pipes[IN], O_CLOEXEC) == 0 && pipe2(pipes[OUT], O_CLOEXEC) == 0
        && pipe2(pipes[ERR], O_CLOEXEC) == 0) {
        pid = fork();
    }

    if (pid == 0) {
        become_curl(run, argv, pipes, self);
    }
    if (pid > 0) {
        code = hear_child(pid, pipes, lines, answer, said);
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
    long port = 0;

    while ((next = strstr(next, "\nss-doctor ")) != NULL) {
        line = ++next;
    }
    if (line == NULL) {
        return;
    }

    sscanf(line, "ss-doctor %lf %lf %lf %ld %u %63[0-9a-fA-F.:]", &looked,
           &connected, &secured, &port, &answer->tunnel, answer->address);
    answer->resolved = looked > 0;
    /* curl 7.88 tells the time when TLS is agreed on, too */
    answer->connected = connected > 0 || port > 0;
    answer->secured = secured > 0;
    /* curl 8.14 has no port of what was not finished, 7.88 has */
    answer->untold = port < 0;
}

/* Where a head ends: behind its first empty line. */
static const char *
end_of_head(const char *at)
{
    const char *line = strchr(at, '\n');

    while (line != NULL) {
        line++;
        if (*line == '\n' || strncmp(line, "\r\n", 2) == 0) {
            return line + (*line == '\n' ? 1 : 2);
        }
        line = strchr(line, '\n');
    }

    return NULL;
}

/* Another head follows that of 100 Continue, and of what a proxy wanted to know
   before; a body may look like one. */
static bool
is_last(unsigned status)
{
    return status >= 200 && status != 407;
}

/* Takes heads off an answer, up to its last one. */
static void
read_answer(const sink_t *sink, doctor_answer_t *answer)
{
    const char *at = sink->data;

    while (!is_last(answer->status) && strncmp(at, "HTTP/", 5) == 0) {
        const char *line = strchr(at, '\n'), *end = end_of_head(at);
        const char *status = strchr(at, ' ');

        if (end == NULL || status == NULL || status > line) {
            return;
        }

        answer->status = (unsigned) strtoul(status, NULL, 10);
        line++;
        answer->head =
            (ss_str_t){ (const uint8_t *) line, (size_t) (end - line) };
        at = end;
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

    while (at != end) {
        const char *stop = memchr(at, '\n', (size_t) (end - at));

        stop = stop != NULL ? stop : end;
        if ((size_t) (stop - at) > len && ascii_same(at, name, len)
            && at[len] == ':') {
            at += len + 1;
            return request_trimmed(
                (ss_str_t){ (const uint8_t *) at, (size_t) (stop - at) });
        }
        at = stop != end ? stop + 1 : end;
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
    char **argv = arguments(run, mem), *lines;
    size_t len;

    *answer = (doctor_answer_t){ .code = 128 };
    if (argv == NULL || !make_sink(&out, DOCTOR_ANSWER_MAX, mem)
        || !make_sink(&said, SAID_MAX, mem)) {
        return SS_ERR_NOMEM;
    }

    if (configuration(run, &lines, &len) != SS_OK) {
        free(lines);
        return SS_ERR_NOMEM;
    }

    answer->began = time(NULL);
    answer->code =
        run_child(run, argv, (ss_str_t){ (uint8_t *) lines, len }, &out, &said);
    answer->ended = time(NULL);
    explicit_bzero(lines, len);
    free(lines);

    out.data[out.len] = said.data[said.len] = '\0';
    read_summary(&said, answer);
    read_answer(&out, answer);

    return SS_OK;
}
