/*
 * hooks.c: the functions that stand before libcurl's own.
 *
 * They are exported without a version, and so bind to whatever version of
 * libcurl's symbols a program asks for.
 */

#include "interposer/hooks.h"

#include <stdarg.h>
#include <stdatomic.h>

#include "interposer/account/account.h"
#include "interposer/request/apply.h"
#include "interposer/libcurl/lock.h"
#include "interposer/libcurl/quirks.h"
#include "interposer/libcurl/real.h"
#include "shared/say.h"
#include "settings/settings.h"
#include "interposer/handle/state.h"
#include "interposer/transfer.h"
#include "interposer/answer/watch.h"

bool
hooks_load(const void *caller)
{
    static atomic_flag reported = ATOMIC_FLAG_INIT;
    const char *why = real_load(caller);

    if (why != NULL && !atomic_flag_test_and_set(&reported)) {
        report_line("%s; nothing is sent", why);
    }

    return why == NULL;
}

const real_t *
functions_for(const state_t *state, const void *caller)
{
    const real_t *other = NULL;

    /* there is none before its first handle */
    if (state == NULL && real_has_other()) {
        other = real_other(caller);
    }

    return other != NULL ? other : &real;
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

/* What one libcurl made for itself and freed, another may get the memory of. */
static CURL *
without_state(CURL *handle)
{
    state_free(state_take(handle));

    return handle;
}

EXPORT CURL *
curl_easy_init(void)
{
    const real_t *other;

    lock_across_forks(account_forked);
    if (!is_ready()) {
        return NULL;
    }

    other = real_other(CALLER);

    return other != NULL ? without_state(other->curl_easy_init())
                         : with_state(real.curl_easy_init());
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
        functions_for(state, CALLER)->curl_easy_reset(handle);
    } else if (is_reset(handle)) {
        watch_tell(state);
        state_reset(state);
    }
}

EXPORT CURL *
curl_easy_duphandle(CURL *handle)
{
    state_t *from = state_of(handle), *to;
    const real_t *functions;
    CURL *copy;
    bool lent;

    if (!is_ready()) {
        return NULL;
    }

    functions = functions_for(from, CALLER);
    if (functions != &real) {
        return without_state(functions->curl_easy_duphandle(handle));
    }

    /* the copy is to be one of what the program set. During a transfer (HTTP/2
       push) that can be undone in the copy only, but for the body */
    if (from != NULL && !state_is_active(from)) {
        apply_undo(from);
    }

    lent = from != NULL && apply_lend_body(from);
    copy = with_state(real.curl_easy_duphandle(handle));
    if (lent) {
        apply_take_body(from);
    }
    to = copy != NULL ? state_of(copy) : NULL;

    if (from != NULL && to != NULL) {
        state_copy(from, to);
        to->edited_body &= !lent;
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
    } else if (state != NULL) {
        end_handle(handle);
    } else {
        functions_for(state, CALLER)->curl_easy_cleanup(handle);
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
    (rc = is_held(state, option) ? CURLE_OK : set(handle, option, value),      \
     rc == CURLE_OK && state != NULL ? state_note_##kind(state, option, value) \
                                     : (void) 0)

static CURLcode
set_option(const real_t *functions, CURL *handle, state_t *state,
           CURLoption option, va_list args)
{
    __typeof__(real.curl_easy_setopt) set = functions->curl_easy_setopt;
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
    rc = set_option(functions_for(state, CALLER), handle, state, option, args);
    va_end(args);

    if (state != NULL && request_reads(option) && state_is_waiting(state)) {
        check_again(state);
    }

    return rc;
}

/* --- transfers ---------------------------------------------------------- */

/* What another libcurl performs has had its line. */
static CURLcode
perform_unseen(const real_t *functions, CURL *handle)
{
    static atomic_flag reported = ATOMIC_FLAG_INIT;

    if (functions == &real && !atomic_flag_test_and_set(&reported)) {
        report_line("a handle was made where the rules did not see it; its "
                    "requests are not checked");
    }

    return functions->curl_easy_perform(handle);
}

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
        return functions_for(state, CALLER)->curl_easy_perform(handle);
    }

    if (state == NULL) {
        return perform_unseen(functions_for(state, CALLER), handle);
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
        return functions_for(state, CALLER)
            ->curl_multi_add_handle(multi, handle);
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

    rc = functions_for(state, CALLER)->curl_multi_remove_handle(multi, handle);
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
    const real_t *other;

    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    weak_end(multi);
    other = real_other(CALLER);

    return other != NULL ? other->curl_multi_cleanup(multi)
                         : real.curl_multi_cleanup(multi);
}
