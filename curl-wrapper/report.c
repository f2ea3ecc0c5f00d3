#include "report.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "setup.h"

/* One write a report: other transfers may be writing, too. */
static bool
write_all(ss_str_t text)
{
    while (text.len > 0) {
        ssize_t n = write(STDERR_FILENO, text.data, text.len);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        text.data += n;
        text.len -= (size_t) n;
    }

    return true;
}

/* A program that never writes to stderr itself must not die of our doing so
   when nobody reads there: the signal is held back, and taken. */
void
report_raw(ss_str_t text)
{
    sigset_t pipe, before, pending;
    const struct timespec now = { 0, 0 };

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);

    if (!write_all(text) && errno == EPIPE && !sigismember(&pending, SIGPIPE)) {
        while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR) {
        }
    }

    pthread_sigmask(SIG_SETMASK, &before, NULL);
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

/* Shows bytes that may be anything. */
static void
put_clean(ss_str_t bytes, const ss_mem_t *mem)
{
    ss_str_t text;

    if (ss_printable(bytes, mem, &text) == SS_OK) {
        put(text);
    }
}

static bool
same(ss_str_t a, ss_str_t b)
{
    return a.len == b.len
           && strncasecmp((const char *) a.data, (const char *) b.data, a.len)
                  == 0;
}

static void
put_header(ss_header_t header, const ss_mem_t *mem)
{
    ss_str_t value;

    if (ss_mask_header(header.name, header.value, mem, &value) == SS_OK) {
        put_clean(header.name, mem);
        printf(": ");
        put_clean(value, mem);
        printf("\n");
    }
}

static const ss_edit_t *
header_edit(const ss_result_t *result, ss_str_t name)
{
    for (size_t i = 0; i < result->edit_count; i++) {
        const ss_edit_t *edit = &result->edits[i];

        if ((edit->kind == SS_EDIT_HEADER_SET
             || edit->kind == SS_EDIT_HEADER_REMOVE)
            && same(edit->name, name)) {
            return edit;
        }
    }

    return NULL;
}

static void
put_headers(const ss_request_t *request, const ss_result_t *result,
            const ss_mem_t *mem)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (header_edit(result, request->headers[i].name) == NULL) {
            put_header(request->headers[i], mem);
        }
    }

    for (size_t i = 0; i < result->edit_count; i++) {
        const ss_edit_t *edit = &result->edits[i];

        if (edit->kind == SS_EDIT_HEADER_SET) {
            put_header((ss_header_t){ edit->name, edit->value }, mem);
        }
    }
}

static ss_str_t
edited(const ss_result_t *result, ss_edit_kind_t kind, ss_str_t original)
{
    for (size_t i = 0; i < result->edit_count; i++) {
        if (result->edits[i].kind == kind) {
            return result->edits[i].value;
        }
    }

    return original;
}

static ss_str_t
content_type(const ss_request_t *request, const ss_result_t *result)
{
    ss_str_t name = text_of("Content-Type"), type = text_of("");
    const ss_edit_t *edit = header_edit(result, name);

    for (size_t i = 0; i < request->header_count; i++) {
        if (same(request->headers[i].name, name)) {
            type = request->headers[i].value;
        }
    }

    return edit != NULL ? edit->value : type;
}

static void
put_body(const ss_request_t *request, const ss_result_t *result,
         const ss_mem_t *mem)
{
    ss_str_t body = edited(result, SS_EDIT_BODY, request->body);
    ss_str_t shown;

    if (request->body_state == SS_BODY_TOO_LARGE
        || request->body_state == SS_BODY_UNREAD) {
        printf("(a body that is not shown)\n");
        return;
    }

    if (body.len > 0
        && ss_mask_body(body, content_type(request, result), result->route.kind,
                        mem, &shown)
               == SS_OK) {
        put_clean(shown, mem);
        printf("\n");
    }
}

/* "/oauth/token&code=..." is a query that lost its "?"; and so is a path's own
   parameter, behind ";". */
static void
put_path(ss_str_t path, const ss_mem_t *mem)
{
    size_t n = 0;
    ss_str_t rest;

    while (n < path.len && memchr("&;", path.data[n], 2) == NULL) {
        n++;
    }
    n += n < path.len;

    put_clean((ss_str_t){ path.data, n }, mem);
    rest = (ss_str_t){ path.data + n, path.len - n };
    if (ss_mask_form(rest, mem, &rest) == SS_OK) {
        put_clean(rest, mem);
    }
}

void
report_dry_run(const outgoing_t *out, const ss_result_t *result,
               const ss_mem_t *mem)
{
    const ss_request_t *request = &out->request;
    ss_str_t query = edited(result, SS_EDIT_QUERY, request->query);
    ss_str_t origin = edited(result, SS_EDIT_ORIGIN, text_of(""));

    put_clean(edited(result, SS_EDIT_METHOD, request->method), mem);
    printf(" ");

    if (origin.len > 0) {
        put_clean(origin, mem);
    } else {
        put_clean(request->scheme, mem);
        printf("://");
        put_clean(request->authority, mem);
    }

    put_path(edited(result, SS_EDIT_PATH, request->path), mem);
    if (query.len > 0 && ss_mask_form(query, mem, &query) == SS_OK) {
        printf("?");
        put_clean(query, mem);
    }
    printf("\n");

    put_headers(request, result, mem);
    printf("\n");
    put_body(request, result, mem);
    fflush(stdout);
}
