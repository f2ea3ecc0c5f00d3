/*
 * hooks.c: the functions that stand before libcurl's own.
 *
 * They are exported without a version, and so bind to whatever version of
 * libcurl's symbols a program asks for.
 */

#include <pthread.h>
#include <stdarg.h>

#include "apply.h"
#include "mime.h"
#include "real.h"
#include "state.h"
#include "transfer.h"

#define EXPORT __attribute__((visibility("default")))

/* A program that was not started by sscurl meets its first hook here. */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
load(void)
{
    (void) real_load();
}

#define REAL(name) (pthread_once(&once, load), real.name)

/* --- options ------------------------------------------------------------ */

/* The kind of an option's value follows from its number. */
enum { TYPE_LONG, TYPE_POINTER, TYPE_FUNCTION, TYPE_OFFSET, TYPE_BLOB };

EXPORT CURLcode
curl_easy_setopt(CURL *handle, CURLoption option, ...)
{
    __typeof__(real.curl_easy_setopt) set = REAL(curl_easy_setopt);
    state_t *state = handle != NULL ? state_of(handle) : NULL;
    CURLcode rc;
    va_list args;

    va_start(args, option);

    switch (option / CURLOPTTYPE_OBJECTPOINT) {
    case TYPE_LONG: {
        long value = va_arg(args, long);

        rc = set(handle, option, value);
        if (rc == CURLE_OK && state != NULL) {
            state_note_long(state, option, value);
        }
        break;
    }
    case TYPE_FUNCTION: {
        curl_prereq_callback value = va_arg(args, curl_prereq_callback);

        rc = set(handle, option, value);
        if (rc == CURLE_OK && state != NULL) {
            state_note_function(state, option, value);
        }
        break;
    }
    case TYPE_OFFSET: {
        curl_off_t value = va_arg(args, curl_off_t);

        rc = set(handle, option, value);
        if (rc == CURLE_OK && state != NULL) {
            state_note_offset(state, option, value);
        }
        break;
    }
    default: {
        void *value = va_arg(args, void *);

        rc = set(handle, option, value);
        if (rc == CURLE_OK && state != NULL) {
            state_note_pointer(state, option, value);
        }
        break;
    }
    }

    va_end(args);

    return rc;
}

EXPORT void
curl_easy_reset(CURL *handle)
{
    state_t *state = handle != NULL ? state_of(handle) : NULL;

    REAL(curl_easy_reset)(handle);
    if (state != NULL) {
        state_reset(state);
    }
}

EXPORT CURL *
curl_easy_duphandle(CURL *handle)
{
    state_t *from = handle != NULL ? state_of(handle) : NULL, *to;
    CURL *copy;

    /* the copy is one of what the program set */
    if (from != NULL && !from->performing) {
        pthread_once(&once, load);
        apply_undo(from);
    }

    copy = REAL(curl_easy_duphandle)(handle);
    to = copy != NULL ? state_of(copy) : NULL;

    if (from != NULL && to != NULL) {
        state_copy(from, to);
    }

    return copy;
}

EXPORT void
curl_easy_cleanup(CURL *handle)
{
    REAL(curl_easy_cleanup)(handle);
    if (handle != NULL) {
        state_drop(handle);
    }
}

/* --- transfers ---------------------------------------------------------- */

EXPORT CURLcode
curl_easy_perform(CURL *handle)
{
    state_t *state = handle != NULL ? state_of(handle) : NULL;
    CURLcode rc;

    pthread_once(&once, load);

    if (state == NULL) {
        return handle == NULL ? CURLE_BAD_FUNCTION_ARGUMENT
                              : CURLE_OUT_OF_MEMORY;
    }

    switch (transfer_begin(state)) {
    case TRANSFER_GO:
        break;
    case TRANSFER_UNUSABLE:
        return CURLE_FAILED_INIT;
    default:
        return CURLE_ABORTED_BY_CALLBACK;
    }

    state->performing = true;
    rc = real.curl_easy_perform(handle);
    state->performing = false;

    return rc;
}

/* Makes a transfer fail before it looks for a host: a multi handle can only
   take it, or fail as a whole. */
static void
disarm(state_t *state)
{
    state->edited_url = true;
    real.curl_easy_setopt(state->handle, CURLOPT_URL, "rejected://by-a-rule");
}

EXPORT CURLMcode
curl_multi_add_handle(CURLM *multi, CURL *handle)
{
    state_t *state = handle != NULL ? state_of(handle) : NULL;

    pthread_once(&once, load);

    if (state == NULL || state->performing) {
        return real.curl_multi_add_handle(multi, handle);
    }

    switch (transfer_begin(state)) {
    case TRANSFER_GO:
        break;
    case TRANSFER_UNUSABLE:
        return CURLM_INTERNAL_ERROR;
    default:
        disarm(state);
        break;
    }

    return real.curl_multi_add_handle(multi, handle);
}

/* --- mime --------------------------------------------------------------- */

EXPORT curl_mime *
curl_mime_init(CURL *handle)
{
    return REAL(curl_mime_init)(handle);
}

EXPORT curl_mimepart *
curl_mime_addpart(curl_mime *mime)
{
    curl_mimepart *part = REAL(curl_mime_addpart)(mime);

    if (part != NULL) {
        mime_note_part(mime, part);
    }

    return part;
}

EXPORT CURLcode
curl_mime_name(curl_mimepart *part, const char *name)
{
    mime_note_name(part, name);

    return REAL(curl_mime_name)(part, name);
}

EXPORT CURLcode
curl_mime_data(curl_mimepart *part, const char *data, size_t size)
{
    mime_note_data(part, data, size);

    return REAL(curl_mime_data)(part, data, size);
}

EXPORT CURLcode
curl_mime_data_cb(curl_mimepart *part, curl_off_t size, curl_read_callback read,
                  curl_seek_callback seek, curl_free_callback release,
                  void *data)
{
    mime_note_opaque(part);

    return REAL(curl_mime_data_cb)(part, size, read, seek, release, data);
}

EXPORT CURLcode
curl_mime_filedata(curl_mimepart *part, const char *file)
{
    mime_note_opaque(part);

    return REAL(curl_mime_filedata)(part, file);
}

EXPORT CURLcode
curl_mime_filename(curl_mimepart *part, const char *name)
{
    if (name != NULL) {
        mime_note_opaque(part);
    }

    return REAL(curl_mime_filename)(part, name);
}

EXPORT CURLcode
curl_mime_subparts(curl_mimepart *part, curl_mime *mime)
{
    mime_note_opaque(part);

    return REAL(curl_mime_subparts)(part, mime);
}

EXPORT void
curl_mime_free(curl_mime *mime)
{
    REAL(curl_mime_free)(mime);
    mime_forget(mime);
}
