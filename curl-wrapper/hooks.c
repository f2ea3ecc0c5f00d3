/*
 * hooks.c: the functions that stand before libcurl's own.
 *
 * They are exported without a version, and so bind to whatever version of
 * libcurl's symbols a program asks for.
 */

#include <stdarg.h>
#include <stdatomic.h>

#include "account.h"
#include "apply.h"
#include "hooks.h"
#include "lock.h"
#include "mime.h"
#include "quirks.h"
#include "real.h"
#include "report.h"
#include "setup.h"
#include "state.h"
#include "transfer.h"
#include "watch.h"

/* A program that was not started by sscurl meets its first hook here. Without
   libcurl's functions each hook fails, and says why once. */
static bool
is_ready(void)
{
    static atomic_flag told = ATOMIC_FLAG_INIT;
    const char *why = real_load();

    if (why != NULL && !atomic_flag_test_and_set(&told)) {
        report_line("%s; nothing is sent", why);
    }

    return why == NULL;
}

bool
hooks_are_ready(void)
{
    return is_ready();
}

/* --- handles ------------------------------------------------------------ */

/*
 * A state lives from here to curl_easy_cleanup(). Handles that libcurl makes
 * for itself (DNS over HTTPS) have none, and their calls pass.
 */
static CURL *
with_state(CURL *handle)
{
    if (handle != NULL && state_new(handle) == NULL) {
        real.curl_easy_cleanup(handle);
        return NULL;
    }

    return handle;
}

EXPORT CURL *
curl_easy_init(void)
{
    lock_across_forks(account_forked);

    return is_ready() ? with_state(real.curl_easy_init()) : NULL;
}

/* From 8.22.0 on libcurl refuses a reset in a callback, and has no way to say
   so: but what was set before is still there. */
static bool
is_reset(CURL *handle)
{
    static char mark;
    char *private = NULL, *found = NULL;

    real.curl_easy_getinfo(handle, CURLINFO_PRIVATE, &private);
    real.curl_easy_setopt(handle, CURLOPT_PRIVATE, &mark);
    real.curl_easy_reset(handle);
    real.curl_easy_getinfo(handle, CURLINFO_PRIVATE, &found);
    if (found != &mark) {
        return true;
    }
    real.curl_easy_setopt(handle, CURLOPT_PRIVATE, private);

    return false;
}

EXPORT void
curl_easy_reset(CURL *handle)
{
    state_t *state = state_of(handle);

    if (!is_ready()) {
        return;
    }

    if (state == NULL) {
        real.curl_easy_reset(handle);
    } else if (is_reset(handle)) {
        watch_tell(state);
        state_reset(state);
    }
}

EXPORT CURL *
curl_easy_duphandle(CURL *handle)
{
    state_t *from = state_of(handle), *to;
    CURL *copy;

    if (!is_ready()) {
        return NULL;
    }

    /* the copy is to be one of what the program set. During a transfer (HTTP/2
       push) that can be undone in the copy only */
    if (from != NULL && !state_is_active(from)) {
        apply_undo(from);
    }

    copy = with_state(real.curl_easy_duphandle(handle));
    to = copy != NULL ? state_of(copy) : NULL;

    if (from != NULL && to != NULL) {
        state_copy(from, to);
        apply_undo(to);
    }

    return copy;
}

static void
end_handle(CURL *handle)
{
    state_t *state = state_take(handle);

    if (state != NULL) {
        watch_end(state, CURLE_OK);
        watch_tell(state);
    }
    real.curl_easy_cleanup(handle);
    state_free(state);
}

/* In a callback of the handle's own, libcurl goes on to use what it has freed.
   Newer ones refuse, and so do we until the transfer is over. */
EXPORT void
curl_easy_cleanup(CURL *handle)
{
    state_t *state = state_of(handle);

    if (!is_ready()) {
        state_free(state_take(handle));
    } else if (state != NULL && state->performing) {
        state->ended = quirk_ends_in_callback();
    } else {
        end_handle(handle);
    }
}

/* --- options ------------------------------------------------------------ */

/* The kind of an option's value follows from its number. */
enum { TYPE_LONG, TYPE_POINTER, TYPE_FUNCTION, TYPE_OFFSET, TYPE_BLOB };

/* Where libcurl has our callback, the program's is only noted: ours calls it.
 */
static bool
is_held(const state_t *state, CURLoption option)
{
    switch ((int) option) {
    case CURLOPT_PREREQFUNCTION:
    case CURLOPT_PREREQDATA:
        return state != NULL && state->edited_headers;
    case CURLOPT_WRITEFUNCTION:
    case CURLOPT_WRITEDATA:
    case CURLOPT_HEADERFUNCTION:
    case CURLOPT_HEADERDATA:
        return state != NULL && state->watched;
    default:
        return false;
    }
}

/* An option that is noted if libcurl takes it. */
#define SET_AND_NOTE(kind, value)                                              \
    (rc = is_held(state, option)                                               \
              ? CURLE_OK                                                       \
              : real.curl_easy_setopt(handle, option, value),                  \
     rc == CURLE_OK && state != NULL ? state_note_##kind(state, option, value) \
                                     : (void) 0)

static CURLcode
set_option(CURL *handle, state_t *state, CURLoption option, va_list args)
{
    CURLcode rc;

    switch (option / CURLOPTTYPE_OBJECTPOINT) {
    case TYPE_LONG: {
        long value = va_arg(args, long);

        SET_AND_NOTE(long, value);
        break;
    }
    case TYPE_FUNCTION: {
        generic_t value = va_arg(args, generic_t);

        SET_AND_NOTE(function, value);
        break;
    }
    case TYPE_OFFSET: {
        curl_off_t value = va_arg(args, curl_off_t);

        SET_AND_NOTE(offset, value);
        break;
    }
    default: {
        void *value = va_arg(args, void *);

        SET_AND_NOTE(pointer, value);
        break;
    }
    }

    if (rc != CURLE_OK && state != NULL) {
        state_note_refused(state, option, rc);
    }

    return rc;
}

/* What was checked when it was added is not what is going to leave. */
static void
check_again(state_t *state)
{
    if (transfer_begin(state) != TRANSFER_GO) {
        (void) apply_disarm(state);
    }
}

EXPORT CURLcode
curl_easy_setopt(CURL *handle, CURLoption option, ...)
{
    state_t *state = state_of(handle);
    CURLcode rc;
    va_list args;

    if (!is_ready()) {
        return CURLE_FAILED_INIT;
    }

    va_start(args, option);
    rc = set_option(handle, state, option, args);
    va_end(args);

    if (state != NULL && request_reads(option) && state_is_waiting(state)) {
        check_again(state);
    }

    return rc;
}

/* --- transfers ---------------------------------------------------------- */

EXPORT CURLcode
curl_easy_perform(CURL *handle)
{
    state_t *state = state_of(handle);
    CURLcode rc;

    if (!is_ready()) {
        return CURLE_FAILED_INIT;
    }

    /* libcurl refuses these itself */
    if (handle == NULL || (state != NULL && state_is_active(state))) {
        return real.curl_easy_perform(handle);
    }

    if (state == NULL) {
        report_line("a handle was made where the rules did not see it; it "
                    "sends nothing");
        return CURLE_FAILED_INIT;
    }

    state->parallel = false;
    switch (transfer_begin(state)) {
    case TRANSFER_GO:
        break;
    case TRANSFER_UNUSABLE:
        return CURLE_FAILED_INIT;
    case TRANSFER_MALFORMED:
        return CURLE_URL_MALFORMAT;
    default:
        return CURLE_ABORTED_BY_CALLBACK;
    }

    state->performing = true;
    rc = real.curl_easy_perform(handle);
    state->performing = false;
    watch_end(state, rc);
    if (state->ended) {
        end_handle(handle);
    }

    return rc;
}

static CURLMcode
add(CURLM *multi, state_t *state)
{
    weak_t weak = weak_to(multi);
    CURLMcode rc;

    if (multi != NULL && weak.number == 0) {
        return CURLM_OUT_OF_MEMORY;
    }

    rc = real.curl_multi_add_handle(multi, state->handle);
    if (rc == CURLM_OK) {
        state->multi = weak;
        state->added = weak_uses(weak);
    }

    return rc;
}

static CURLMcode
begin_and_add(CURLM *multi, state_t *state)
{
    if (transfer_begin(state) == TRANSFER_GO || apply_disarm(state)) {
        return add(multi, state);
    }

    return CURLM_INTERNAL_ERROR;
}

EXPORT CURLMcode
curl_multi_add_handle(CURLM *multi, CURL *handle)
{
    state_t *state = state_of(handle);
    CURLMcode rc;

    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    /* libcurl's own handle, or one that it is about to perform, or that it
       refuses for being added already */
    if (state == NULL || state_is_active(state)) {
        return real.curl_multi_add_handle(multi, handle);
    }

    state->parallel = true;
    if (setup()->engine == NULL) {
        return CURLM_INTERNAL_ERROR;
    }

    /* what libcurl refuses is not sent, and so nothing is said of it */
    report_hold();
    rc = begin_and_add(multi, state);
    report_release(rc == CURLM_OK);
    if (rc != CURLM_OK) {
        transfer_forget(state);
    }

    return rc;
}

EXPORT CURLMcode
curl_multi_remove_handle(CURLM *multi, CURL *handle)
{
    state_t *state = state_of(handle);
    CURLMcode rc;

    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    rc = real.curl_multi_remove_handle(multi, handle);
    if (rc == CURLM_OK && state != NULL) {
        state->multi = weak_to(NULL);

        /* libcurl's own, out of curl_easy_perform(), which then says what
           became of it */
        if (!state->performing) {
            watch_end(state, CURLE_OK);
        }
    }

    return rc;
}

EXPORT CURLMcode
curl_multi_cleanup(CURLM *multi)
{
    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    weak_end(multi);

    return real.curl_multi_cleanup(multi);
}

/* --- mime --------------------------------------------------------------- */

/* Ends what is noted of a structure. */
static void
end_form(curl_mime *mime)
{
    weak_end(mime);
    mime_forget(mime);
}

EXPORT curl_mime *
curl_mime_init(CURL *handle)
{
    curl_mime *mime = is_ready() ? real.curl_mime_init(handle) : NULL;

    if (mime == NULL) {
        return NULL;
    }

    /* libcurl may have freed what was here without telling */
    end_form(mime);
    if (!mime_note_form(mime) || weak_to(mime).number == 0) {
        end_form(mime);
        real.curl_mime_free(mime);
        return NULL;
    }

    return mime;
}

EXPORT curl_mimepart *
curl_mime_addpart(curl_mime *mime)
{
    curl_mimepart *part = is_ready() ? real.curl_mime_addpart(mime) : NULL;

    if (part != NULL) {
        mime_note_part(mime, part);
    }

    return part;
}

EXPORT CURLcode
curl_mime_name(curl_mimepart *part, const char *name)
{
    mime_note_name(part, name);

    return is_ready() ? real.curl_mime_name(part, name) : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_data(curl_mimepart *part, const char *data, size_t size)
{
    mime_note_data(part, data, size, state_max_body());

    return is_ready() ? real.curl_mime_data(part, data, size)
                      : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_data_cb(curl_mimepart *part, curl_off_t size, curl_read_callback read,
                  curl_seek_callback seek, curl_free_callback release,
                  void *data)
{
    mime_note_opaque(part);

    return is_ready()
               ? real.curl_mime_data_cb(part, size, read, seek, release, data)
               : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_filedata(curl_mimepart *part, const char *file)
{
    mime_note_opaque(part);
    /* libcurl names the part after the file, whatever it holds later */
    mime_note_filename(part, file != NULL);

    return is_ready() ? real.curl_mime_filedata(part, file) : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_filename(curl_mimepart *part, const char *name)
{
    mime_note_filename(part, name != NULL);

    return is_ready() ? real.curl_mime_filename(part, name) : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_subparts(curl_mimepart *part, curl_mime *mime)
{
    mime_note_opaque(part);

    return is_ready() ? real.curl_mime_subparts(part, mime) : CURLE_FAILED_INIT;
}

EXPORT void
curl_mime_free(curl_mime *mime)
{
    end_form(mime);
    if (is_ready()) {
        real.curl_mime_free(mime);
    }
}
