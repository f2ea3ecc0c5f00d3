#include "interposer/answer/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ascii.h"
#include "interposer/answer/report.h"
#include "interposer/request/sent.h"
#include "settings/settings.h"
#include "interposer/answer/support.h"
#include "interposer/answer/watched.h"

static unsigned
status_of(const state_t *state)
{
    long status = 0;

    real.curl_easy_getinfo(state->handle, CURLINFO_RESPONSE_CODE, &status);

    return (unsigned) status;
}

/* --- on its way ----------------------------------------------------------- */

static bool
begins_answer(const char *line, size_t len)
{
    return len > 5 && memcmp(line, "HTTP/", 5) == 0;
}

/* What libcurl decodes, the program gets without its coding; so do we. */
static bool
is_undone(const state_t *state, const char *line, size_t len)
{
    static const char name[] = "Content-Encoding:";

    return state->accept_encoding != NULL && state->content_decoding != 0
           && len >= sizeof(name) - 1
           && ascii_same(line, name, sizeof(name) - 1);
}

static void
end_head(const state_t *state, watch_t *watch)
{
    watch->head_done = true;
    watch->explains =
        watch->exchange->result.mode != SS_MODE_OFF
        && ss_wants_explanation(
               watch->exchange->result.route.kind, status_of(state),
               exchange_header(watch->exchange, "Content-Type"))
               != 0;
}

/* Lines behind the head are trailers, and not looked at. */
static void
see_header(const state_t *state, const char *line, size_t len)
{
    watch_t *watch = state->watch;

    if (watch == NULL) {
        return;
    }

    if (begins_answer(line, len)) {
        exchange_begin_answer(watch->exchange);
        watch->head_done = watch->explains = false;
    } else if (watch->head_done) {
        return;
    } else if (len == 0 || *line == '\r' || *line == '\n') {
        end_head(state, watch);
    } else if (!is_undone(state, line, len)) {
        exchange_add_header(watch->exchange, line, len);
    }
}

/* What the program has for the body, or for headers. A reset in a callback
   makes it forget both, and libcurl goes on to call those that it had. */
static callbacks_t
writer(const state_t *state)
{
    return state->watched ? (callbacks_t){ state->write, state->write_data }
                          : state->late;
}

/* Without a function of its own, the program's write function gets headers,
   where it has set HEADERDATA. */
static callbacks_t
header_writer(const state_t *state)
{
    generic_t function = state->header != NULL        ? state->header
                         : state->header_data != NULL ? state->write
                                                      : NULL;

    return (callbacks_t){ function, state->header_data };
}

/* Found without the loader, which would be one more library to need. */
#define AT_START __attribute__((tls_model("initial-exec")))

/* Of the callback that this thread is in: a reset in it gives libcurl's next
   call another pointer than that to our state. */
static _Thread_local callbacks_t last_write AT_START, last_header AT_START;
static _Thread_local const void *last_user AT_START;

/* Notes what a callback of a state may be followed by. */
static bool
note_last(const void *user)
{
    const state_t *state = user;

    if (!state_is_live(user)) {
        return false;
    }

    last_user = user;
    last_write = writer(state);
    last_header = header_writer(state);

    return true;
}

/* The last one with its own data, or with what the program has set since. */
static callbacks_t
last(callbacks_t before, void *user)
{
    return (callbacks_t){ before.function,
                          user == last_user ? before.data : user };
}

static size_t
call(callbacks_t to, char *data, size_t size, size_t count)
{
    return to.function != NULL
               ? ((curl_write_callback) to.function)(data, size, count, to.data)
               : fwrite(data, size, count, to.data);
}

/*
 * The program may change what it gets, and may pause: then the same bytes come
 * again, and only count when it took them. It may also reset, free or perform
 * the handle, and let libcurl write more to it: nothing is read again but the
 * watch that is held, and of that not what has moved on.
 */
static size_t
on_write(char *data, size_t size, size_t count, void *user)
{
    state_t *state = note_last(user) ? user : NULL;
    callbacks_t to = last(last_write, user);
    size_t len = size * count, kept = len, taken;
    watch_t *watch = watch_hold(state != NULL ? state->watch : NULL);
    uint8_t *room = NULL;

    if (watch != NULL && watch->explains) {
        room = exchange_room(watch->exchange, &kept);
    }
    if (room != NULL) {
        memcpy(room, data, kept);
    }

    taken = call(to, data, size, count);
    if (room != NULL && taken == len) {
        exchange_take(watch->exchange, room, kept, kept == len);
    }
    watch_release(watch);

    return taken;
}

static size_t
on_header(char *line, size_t size, size_t count, void *user)
{
    bool live = note_last(user);
    callbacks_t to = last(last_header, user);

    if (live) {
        see_header(user, line, size * count);
    }

    return to.function == NULL && to.data == NULL ? size * count
                                                  : call(to, line, size, count);
}

/* --- begin ---------------------------------------------------------------- */

static bool
hook(state_t *state)
{
    __typeof__(real.curl_easy_setopt) set = real.curl_easy_setopt;
    CURL *handle = state->handle;

    state->watched = true;

    return set(handle, CURLOPT_WRITEFUNCTION, on_write) == CURLE_OK
           && set(handle, CURLOPT_WRITEDATA, state) == CURLE_OK
           && set(handle, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK
           && set(handle, CURLOPT_HEADERDATA, state) == CURLE_OK;
}

void
watch_undo(state_t *state)
{
    __typeof__(real.curl_easy_setopt) set = real.curl_easy_setopt;
    CURL *handle = state->handle;

    if (!state->watched) {
        return;
    }

    state->watched = false;
    (void) set(handle, CURLOPT_WRITEFUNCTION, state->write);
    (void) set(handle, CURLOPT_WRITEDATA, state->write_data);
    (void) set(handle, CURLOPT_HEADERFUNCTION, state->header);
    (void) set(handle, CURLOPT_HEADERDATA, state->header_data);
}

void
watch_forget(state_t *state)
{
    watch_undo(state);
    watch_release(state->watch);
    state->watch = NULL;
}

/* Whether anybody would be told. */
static bool
is_wanted(const ss_result_t *result)
{
    return support_wanted() || (!setup()->quiet && result->mode != SS_MODE_OFF);
}

void
watch_begin(state_t *state, const ss_request_t *request,
            const ss_result_t *result)
{
    watch_t *watch = is_wanted(result) ? calloc(1, sizeof(*watch)) : NULL;

    if (watch == NULL) {
        return;
    }

    state->watch = watch_hold(watch);
    watch->exchange = exchange_new(request, result);

    /* without it the transfer is as it would be */
    if (watch->exchange == NULL || !hook(state)) {
        watch_forget(state);
    }
}

/* --- end ------------------------------------------------------------------ */

/* libcurl repeats a POST that is redirected as a GET, mostly. */
static void
take_method(const state_t *state, ss_request_t *request)
{
    const char *method = NULL;

    real.curl_easy_getinfo(state->handle, CURLINFO_EFFECTIVE_METHOD, &method);
    if (method == NULL) {
        return;
    }

    request->method = text_of(method);
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0) {
        request->body_state = SS_BODY_NONE;
        request->body = text_of("");
    }
}

/* The answer is one to the request that a redirect within the service led to:
   what was found in that is what counts. Returns false where it led elsewhere,
   and without memory. */
static bool
follow(const state_t *state, exchange_t *exchange, const char *url)
{
    ss_mem_t mem = ss_arena_mem(&exchange->arena);
    ss_request_t request = exchange->request;
    ss_mode_t mode = exchange->result.mode;
    outgoing_t out;

    if (url == NULL || request_read_plain(url, &mem, &out) != READ_OK
        || ss_engine_serves(setup()->engine, out.request.scheme,
                            out.request.authority)
               != 1) {
        return false;
    }

    request.scheme = out.request.scheme;
    request.authority = out.request.authority;
    request.path = out.request.path;
    request.query = out.request.query;
    request.has_query = out.request.has_query;
    request.mode = SS_MODE_OBSERVE;
    take_method(state, &request);
    exchange->request = request;

    if (ss_check(setup()->engine, &exchange->request, &mem, &exchange->result)
        != SS_OK) {
        return false;
    }
    exchange->result.mode = mode;

    return true;
}

static bool
is_redirected(const state_t *state)
{
    long redirects = 0;

    real.curl_easy_getinfo(state->handle, CURLINFO_REDIRECT_COUNT, &redirects);

    return redirects > 0;
}

static bool
is_from_service(const state_t *state, exchange_t *exchange)
{
    const char *url = NULL;

    real.curl_easy_getinfo(state->handle, CURLINFO_EFFECTIVE_URL, &url);

    return !is_redirected(state) || follow(state, exchange, url);
}

static ss_explanation_t
explain(exchange_t *exchange, const ss_request_t *sent,
        const ss_response_t *response)
{
    ss_mem_t mem = ss_arena_mem(&exchange->arena);
    ss_explanation_t explanation;

    /* without memory it is empty */
    (void) ss_explain(setup()->engine, sent, &exchange->result, response, &mem,
                      &explanation);

    return explanation;
}

static const char *
what_failed(const state_t *state, CURLcode rc)
{
    if (state->error_buffer != NULL && *state->error_buffer != '\0') {
        return state->error_buffer;
    }

    return rc != CURLE_OK ? real.curl_easy_strerror(rc) : NULL;
}

static void
note(const state_t *state, const exchange_t *exchange, const ss_request_t *sent,
     const ss_response_t *response, const ss_explanation_t *explanation,
     CURLcode rc)
{
    double seconds = 0;

    real.curl_easy_getinfo(state->handle, CURLINFO_TOTAL_TIME, &seconds);
    support_note(&(tried_t){
        .outcome = is_redirected(state) ? "sent after a redirect" : "sent",
        .request = &exchange->request,
        .sent = sent,
        .result = &exchange->result,
        .response = response,
        .explanation = explanation,
        .failure = what_failed(state, rc),
        .seconds = seconds });
}

/* Explains an answer, and notes it for the report, as far as wanted. */
static void
tell_of(const state_t *state, watch_t *watch, CURLcode rc)
{
    ss_mem_t mem = ss_arena_mem(&watch->exchange->arena);
    ss_response_t response =
        exchange_response(watch->exchange, status_of(state));
    ss_explanation_t explanation = { NULL, 0 };
    ss_request_t sent;

    /* without memory nothing is told */
    if (sent_add(state, &watch->exchange->request, &mem, &sent) != SS_OK) {
        return;
    }

    if (watch->explains) {
        explanation = explain(watch->exchange, &sent, &response);
    }
    if (explanation.cause_count > 0 && !setup()->quiet) {
        report_explanation(&explanation, response.status, &mem, &watch->text);
    }
    if (support_wanted()) {
        note(state, watch->exchange, &sent, &response, &explanation, rc);
    }
}

void
watch_end(state_t *state, CURLcode rc)
{
    watch_t *watch = state->watch;

    if (watch == NULL || watch->ended) {
        return;
    }

    watch->ended = true;
    if (!is_from_service(state, watch->exchange)) {
        support_note_elsewhere();
        return;
    }

    if (watch->explains || support_wanted()) {
        tell_of(state, watch, rc);
    }
    if (!setup()->launched) {
        watch_tell(state);
    }
}

/* On a terminal, the answer is to stand above the explanation; and one of
   several at once would stand within curl's own lines about the others. What
   another program has open is not ours to write. */
void
watch_tell(state_t *state)
{
    watch_t *watch = state->watch;

    if (watch == NULL || watch->text.len == 0) {
        return;
    }

    if (setup()->launched && state->parallel) {
        report_later(watch->text);
    } else {
        if (setup()->launched) {
            fflush(stdout);
        }
        report_raw(watch->text);
    }
    watch->text.len = 0;
}
