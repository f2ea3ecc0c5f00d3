#include "interposer/handle/state.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interposer/libcurl/lock.h"
#include "interposer/libcurl/quirks.h"
#include "settings/settings.h"
#include "interposer/handle/table.h"
#include "interposer/answer/watched.h"

/* CURLAUTH_AWS_SIGV4 */
#define AUTH_AWS_SIGV4 (1L << 7)

/* Other threads change the node of a state that is one thread's own. */
typedef struct {
    node_t node; /* by the handle */
    node_t live; /* by the state */
    state_t state;
} entry_t;

static table_t states;
static table_t live; /* the same, by the address of the state */

static void
init(state_t *state)
{
    sending_init(&state->sending);
    state->http_auth = (long) CURLAUTH_BASIC;
    state->content_decoding = 1;
    state->write_data = stdout;
}

static state_t *
state_in(node_t *node)
{
    return node != NULL ? &((entry_t *) node)->state : NULL;
}

state_t *
state_of(CURL *handle)
{
    node_t *node;

    lock_take(LOCK_STATES);
    node = table_find(&states, handle);
    lock_release(LOCK_STATES);

    return state_in(node);
}

bool
state_is_live(const void *state)
{
    bool found;

    lock_take(LOCK_STATES);
    found = table_find(&live, state) != NULL;
    lock_release(LOCK_STATES);

    return found;
}

state_t *
state_take(CURL *handle)
{
    node_t *node;

    lock_take(LOCK_STATES);
    node = table_take(&states, handle);
    if (node != NULL) {
        table_take(&live, state_in(node));
    }
    lock_release(LOCK_STATES);

    return state_in(node);
}

state_t *
state_new(CURL *handle)
{
    entry_t *entry = calloc(1, sizeof(*entry));
    bool added;

    state_free(state_take(handle));
    if (entry == NULL) {
        return NULL;
    }

    entry->node.key = entry->state.handle = handle;
    entry->live.key = &entry->state;
    init(&entry->state);

    lock_take(LOCK_STATES);
    added = table_add(&live, &entry->live);
    if (added && !table_add(&states, &entry->node)) {
        table_take(&live, &entry->state);
        added = false;
    }
    lock_release(LOCK_STATES);

    if (!added) {
        free(entry);
        return NULL;
    }

    return &entry->state;
}

bool
state_is_active(const state_t *state)
{
    return state->performing || weak_get(state->multi) != NULL;
}

bool
state_is_waiting(const state_t *state)
{
    return !state->performing && weak_get(state->multi) != NULL
           && weak_uses(state->multi) == state->added;
}

/* Strings that libcurl copies, by the option that sets them. */
static const struct {
    CURLoption option;
    size_t offset;
} strings[] = {
    { CURLOPT_URL, offsetof(state_t, url) },
    { CURLOPT_CUSTOMREQUEST, offsetof(state_t, custom_method) },
    { CURLOPT_USERNAME, offsetof(state_t, username) },
    { CURLOPT_PASSWORD, offsetof(state_t, password) },
    { CURLOPT_XOAUTH2_BEARER, offsetof(state_t, bearer) },
    { CURLOPT_USERAGENT, offsetof(state_t, user_agent) },
    { CURLOPT_COOKIE, offsetof(state_t, cookie) },
    { CURLOPT_REFERER, offsetof(state_t, referer) },
    { CURLOPT_DEFAULT_PROTOCOL, offsetof(state_t, default_scheme) },
    { CURLOPT_REQUEST_TARGET, offsetof(state_t, target) },
    { CURLOPT_ACCEPT_ENCODING, offsetof(state_t, accept_encoding) },
};

#define STRINGS (sizeof(strings) / sizeof(strings[0]))

static char **
string_at(const state_t *state, size_t i)
{
    return (char **) (void *) ((uintptr_t) state + strings[i].offset);
}

static void
replace(char **target, const char *value)
{
    free(*target);
    *target = value != NULL ? strdup(value) : NULL;
}

/* "user:password" is libcurl's way to set both. */
static void
note_userpwd(state_t *state, const char *value)
{
    const char *colon = value != NULL ? strchr(value, ':') : NULL;

    replace(&state->username, value);
    replace(&state->password, colon != NULL ? colon + 1 : NULL);
    if (colon != NULL && state->username != NULL) {
        state->username[colon - value] = '\0';
    }
}

void
state_note_long(state_t *state, CURLoption option, long value)
{
    state->changes++;
    connection_note_long(&state->connection, option, value);
    sending_note_long(&state->sending, option, value);

    switch ((int) option) {
    case CURLOPT_HTTPAUTH:
        state->http_auth = value;
        break;
    case CURLOPT_PATH_AS_IS:
        state->path_as_is = value;
        break;
    case CURLOPT_CONNECT_ONLY:
        state->connect_only = value;
        break;
    case CURLOPT_HTTP_CONTENT_DECODING:
        state->content_decoding = value;
        break;
    case CURLOPT_NETRC:
        state->netrc = value;
        break;
    case CURLOPT_PORT:
        state->port = value;
        break;
    default:
        break;
    }
}

void
state_note_offset(state_t *state, CURLoption option, curl_off_t value)
{
    state->changes++;

    if (option == CURLOPT_POSTFIELDSIZE_LARGE) {
        sending_note_size(&state->sending, value);
    }
}

/* A body that is too large for the rules is not copied for them. */
size_t
state_max_body(void)
{
    const ss_engine_t *engine = setup()->engine;

    return engine != NULL ? ss_engine_max_body(engine) : 0;
}

static void
note_curlu(state_t *state, CURLU *urlu)
{
    state->urlu = urlu;
    if (quirk_curlu_unsets_url()) {
        replace(&state->url, NULL);
    }
}

void
state_note_pointer(state_t *state, CURLoption option, void *value)
{
    state->changes++;
    connection_note_pointer(&state->connection, option, value);
    sending_note_pointer(&state->sending, option, value,
                         option == CURLOPT_COPYPOSTFIELDS ? state_max_body()
                                                          : 0);

    for (size_t i = 0; i < STRINGS; i++) {
        if (strings[i].option == option) {
            replace(string_at(state, i), value);
        }
    }

    switch ((int) option) {
    case CURLOPT_URL:
        state->url_is_new = true;
        break;
    case CURLOPT_USERPWD:
        note_userpwd(state, value);
        break;
    case CURLOPT_CURLU:
        note_curlu(state, value);
        break;
    case 10305: /* CURLOPT_AWS_SIGV4, younger than some headers */
        state->http_auth = value != NULL ? AUTH_AWS_SIGV4 : state->http_auth;
        break;
    case CURLOPT_HTTPHEADER:
        state->headers = value;
        break;
    case CURLOPT_PREREQDATA:
        state->prereq_data = value;
        break;
    case CURLOPT_WRITEDATA:
        state->write_data = value;
        break;
    case CURLOPT_HEADERDATA:
        state->header_data = value;
        break;
    case CURLOPT_ERRORBUFFER:
        state->error_buffer = value;
        break;
    default:
        break;
    }
}

void
state_note_function(state_t *state, CURLoption option, generic_t value)
{
    state->changes++;
    connection_note_function(&state->connection, option, value);

    switch ((int) option) {
    case CURLOPT_PREREQFUNCTION:
        state->prereq = (curl_prereq_callback) value;
        break;
    case CURLOPT_WRITEFUNCTION:
        state->write = value;
        break;
    case CURLOPT_HEADERFUNCTION:
        state->header = value;
        break;
    default:
        break;
    }
}

/* Whether libcurl has put another text in the place of CURLOPT_URL since that
   was set: a normalized one, or that of a redirect. */
static bool
has_other_url(const state_t *state)
{
    long redirects = 0;

    real.curl_easy_getinfo(state->handle, CURLINFO_REDIRECT_COUNT, &redirects);

    return state->url == NULL
           || (!state->url_is_new && (state->url_is_used || redirects > 0));
}

/*
 * A CURLU goes before CURLOPT_URL. Some releases set that from it, unless what
 * was set is still there, and go by it once the CURLU is gone. After an edit
 * libcurl would take it for set, so it is told.
 */
void
state_note_begin(state_t *state)
{
    char *text = NULL;
    bool other = state->urlu != NULL && has_other_url(state);

    state->url_is_used = state->urlu == NULL;
    state->url_is_new = false;
    if (!other || quirk_curlu_unsets_url()
        || real.curl_url_get(state->urlu, CURLUPART_URL, &text, 0)
               != CURLUE_OK) {
        return;
    }

    real.curl_easy_setopt(state->handle, CURLOPT_URL, text);
    replace(&state->url, text);
    real.curl_free(text);
}

/* In some releases a string that is too long takes the one before with it. */
void
state_note_refused(state_t *state, CURLoption option, CURLcode rc)
{
    if (rc != CURLE_BAD_FUNCTION_ARGUMENT && rc != CURLE_OUT_OF_MEMORY) {
        return;
    }

    state->changes++;
    sending_note_refused(&state->sending, option);
    for (size_t i = 0; i < STRINGS; i++) {
        if (strings[i].option == option && !quirk_keeps_refused()) {
            replace(string_at(state, i), NULL);
        }
    }
}

void
state_drop_ours(state_t *state)
{
    real.curl_slist_free_all(state->our_headers);
    free(state->our_body);
    state->our_headers = NULL;
    state->our_body = NULL;
}

static void
release(state_t *state)
{
    for (size_t i = 0; i < STRINGS; i++) {
        free(*string_at(state, i));
    }

    watch_release(state->watch);
    state->watch = NULL;
    connection_free(&state->connection);
    sending_release(&state->sending);
    state_drop_ours(state);
}

/* What is the handle's own, whatever it is asked for. */
static void
keep_identity(const state_t *from, state_t *to)
{
    to->handle = from->handle;
    to->multi = from->multi;
    to->added = from->added;
    to->performing = from->performing;
    to->ended = from->ended;
    to->parallel = from->parallel;
}

/* In a callback, libcurl is still sending what we gave it, and calls callbacks
   that it took before: they are the program's of then. */
static void
keep_in_use(state_t *state, state_t *fresh)
{
    fresh->our_headers = state->our_headers;
    fresh->our_body = state->our_body;
    state->our_headers = NULL;
    state->our_body = NULL;

    fresh->late = state->watched
                      ? (callbacks_t){ state->write, state->write_data }
                      : state->late;
}

void
state_reset(state_t *state)
{
    state_t fresh = { .handle = NULL };

    keep_identity(state, &fresh);
    init(&fresh);
    if (state_is_active(state)) {
        keep_in_use(state, &fresh);
    }
    release(state);
    *state = fresh;
}

void
state_copy(const state_t *from, state_t *to)
{
    state_t copy = *from;

    keep_identity(to, &copy);
    copy.our_headers = NULL;
    copy.our_body = NULL;
    copy.watch = NULL;
    copy.connection = connection_copy(&from->connection);
    sending_copy(&from->sending, &copy.sending);
    copy.checked = 0;
    copy.url_is_used = from->url != NULL;
    copy.url_is_new = false;

    for (size_t i = 0; i < STRINGS; i++) {
        char **string = string_at(&copy, i);

        *string = *string != NULL ? strdup(*string) : NULL;
    }

    release(to);
    *to = copy;
}

void
state_free(state_t *state)
{
    if (state != NULL) {
        release(state);
        free((char *) state - offsetof(entry_t, state));
    }
}
