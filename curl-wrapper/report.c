#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hush.h"
#include "setup.h"
#include "show.h"

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

/* --- one by one ---------------------------------------------------------- */

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
    static atomic_flag told = ATOMIC_FLAG_INIT;
    const char *mode = getenv("SCOPESTACK_MODE");

    if ((mode == NULL || strcmp(mode, "off") != 0)
        && !atomic_flag_test_and_set(&told)) {
        report_line("%s is loaded %s: the rules do not see the calls to it; "
                    "send the requests through the gateway",
                    file, how);
    }
}

static void
report_json(const ss_result_t *result, const ss_mem_t *mem)
{
    ss_str_t findings;
    char *line;
    int n;

    if (ss_result_json(result, mem, &findings) != SS_OK) {
        return;
    }

    line = mem->alloc(mem->ctx, findings.len + 128);
    if (line == NULL) {
        return;
    }

    n = snprintf(line, findings.len + 128,
                 "{\"verdict\":\"%s\",\"kind\":\"%s\",\"findings\":%.*s}\n",
                 ss_verdict_name(result->verdict),
                 ss_kind_name(result->route.kind), (int) findings.len,
                 (const char *) findings.data);
    report_raw((ss_str_t){ (const uint8_t *) line, (size_t) n });
}

void
report_result(const ss_result_t *result, const ss_mem_t *mem)
{
    ss_str_t text;

    if (setup()->quiet) {
        return;
    }

    if (setup()->json) {
        report_json(result, mem);
    } else if (result->finding_count > 0
               && ss_result_text(result, "sscurl: ", mem, &text) == SS_OK) {
        report_raw(text);
    }
}

static void
explanation_json(const ss_explanation_t *explanation, unsigned status,
                 const ss_mem_t *mem, ss_str_t *text)
{
    ss_str_t causes;
    char *line;
    int n;

    if (ss_explanation_json(explanation, mem, &causes) != SS_OK) {
        return;
    }

    line = mem->alloc(mem->ctx, causes.len + 64);
    if (line != NULL) {
        n = snprintf(line, causes.len + 64, "{\"status\":%u,\"causes\":%.*s}\n",
                     status, (int) causes.len, (const char *) causes.data);
        *text = (ss_str_t){ (const uint8_t *) line, (size_t) n };
    }
}

void
report_explanation(const ss_explanation_t *explanation, unsigned status,
                   const ss_mem_t *mem, ss_str_t *text)
{
    if (setup()->json) {
        explanation_json(explanation, status, mem, text);
    } else {
        (void) ss_explanation_text(explanation, "sscurl: ", mem, text);
    }
}

void
report_rejection(char *error_buffer, const ss_result_t *result)
{
    if (error_buffer == NULL) {
        return;
    }

    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].outcome == SS_REJECTED) {
            snprintf(error_buffer, CURL_ERROR_SIZE,
                     "rejected by rule %s, nothing was sent",
                     result->findings[i].rule->id);
            return;
        }
    }
}

/* --- dry run ------------------------------------------------------------ */

static void
put(ss_str_t text)
{
    fwrite(text.data, 1, text.len, stdout);
}

void
report_dry_run(const ss_request_t *request, ss_kind_t kind, const ss_mem_t *mem)
{
    ss_str_t body = show_body(request, kind, mem);

    put(show_clean(request->method, mem));
    printf(" ");
    put(show_url(request, mem));
    printf("\n");

    for (size_t i = 0; i < request->header_count; i++) {
        put(show_clean(request->headers[i].name, mem));
        printf(": ");
        put(show_header(&request->headers[i], mem));
        printf("\n");
    }

    printf("\n");
    put(body);
    printf("%s", body.len > 0 ? "\n" : "");
    fflush(stdout);
}
