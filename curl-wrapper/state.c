#include "state.h"

#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "watch.h"

/* Other threads change the node of a state that is one thread's own. */
typedef struct {
    node_t node;
    state_t state;
} entry_t;

static table_t states;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
init(state_t *state)
{
    state->fields_size = -1;
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

    pthread_mutex_lock(&lock);
    node = table_find(&states, handle);
    pthread_mutex_unlock(&lock);

    return state_in(node);
}

state_t *
state_take(CURL *handle)
{
    node_t *node;

    pthread_mutex_lock(&lock);
    node = table_take(&states, handle);
    pthread_mutex_unlock(&lock);

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
    init(&entry->state);

    pthread_mutex_lock(&lock);
    added = table_add(&states, &entry->node);
    pthread_mutex_unlock(&lock);

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

static void
copy_fields(state_t *state, const char *value)
{
    size_t size = 0;

    free(state->fields_copy);
    state->fields_copy = NULL;

    if (value != NULL) {
        size = state->fields_size >= 0 ? (size_t) state->fields_size
                                       : strlen(value);
        state->fields_copy = malloc(size + 1);
    }

    if (state->fields_copy != NULL) {
        memcpy(state->fields_copy, value, size);
        state->fields_copy[size] = '\0';
    }

    state->fields = state->fields_copy;
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

/* A copy that is shorter than its size was said to be is dropped by libcurl. */
static void
note_size(state_t *state, curl_off_t size)
{
    if (state->fields_copy != NULL && state->fields == state->fields_copy
        && state->fields_size < size) {
        free(state->fields_copy);
        state->fields_copy = NULL;
        state->fields = NULL;
    }

    state->fields_size = size;
}

/* What is sent follows from whichever option came last, as in libcurl; that
   there is no body is told by an option of its own, which asking for one takes
   back. */
static void
note_switch(state_t *state, CURLoption option, bool on)
{
    switch (option) {
    case CURLOPT_NOBODY:
        state->no_body = on;
        state->sends = on ? SENDS_NOTHING : state->sends;
        return;
    case CURLOPT_HTTPGET:
        state->sends = on ? SENDS_NOTHING : state->sends;
        break;
    case CURLOPT_POST:
        state->sends = on ? SENDS_FIELDS : SENDS_NOTHING;
        break;
    case CURLOPT_UPLOAD:
        state->sends = on ? SENDS_UPLOAD : SENDS_NOTHING;
        break;
    default:
        return;
    }

    state->no_body = state->no_body && !on;
}

void
state_note_long(state_t *state, CURLoption option, long value)
{
    state->changes++;
    connection_note_long(&state->connection, option, value);

    switch ((int) option) {
    case CURLOPT_HTTPAUTH:
        state->http_auth = value;
        break;
    case CURLOPT_PATH_AS_IS:
        state->path_as_is = value;
        break;
    case CURLOPT_POSTFIELDSIZE:
        note_size(state, value);
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
    case 54: /* CURLOPT_PUT, which newer headers call deprecated */
        note_switch(state, CURLOPT_UPLOAD, value != 0);
        break;
    default:
        note_switch(state, option, value != 0);
        break;
    }
}

void
state_note_offset(state_t *state, CURLoption option, curl_off_t value)
{
    state->changes++;

    if (option == CURLOPT_POSTFIELDSIZE_LARGE) {
        note_size(state, value);
    }
}

void
state_note_pointer(state_t *state, CURLoption option, void *value)
{
    state->changes++;
    connection_note_pointer(&state->connection, option, value);

    for (size_t i = 0; i < STRINGS; i++) {
        if (strings[i].option == option) {
            replace(string_at(state, i), value);
        }
    }

    switch ((int) option) {
    case CURLOPT_USERPWD:
        note_userpwd(state, value);
        break;
    case CURLOPT_CURLU:
        state->urlu = value;
        break;
    case CURLOPT_HTTPHEADER:
        state->headers = value;
        break;
    case CURLOPT_POSTFIELDS:
        state->fields = value;
        state->sends = SENDS_FIELDS;
        break;
    case CURLOPT_COPYPOSTFIELDS:
        copy_fields(state, value);
        state->sends = SENDS_FIELDS;
        break;
    case CURLOPT_MIMEPOST:
        state->mime = weak_to(value);
        state->sends = SENDS_MIME;
        break;
    case 10024: /* CURLOPT_HTTPPOST, which newer headers call deprecated */
        state->form = value;
        state->sends = SENDS_FORM;
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

static void
release(state_t *state)
{
    for (size_t i = 0; i < STRINGS; i++) {
        free(*string_at(state, i));
    }

    watch_free(state);
    connection_free(&state->connection);
    free(state->fields_copy);
    if (state->our_headers != NULL) {
        real.curl_slist_free_all(state->our_headers);
    }
}

/* What is the handle's own, whatever it is asked for. */
static void
keep_identity(const state_t *from, state_t *to)
{
    to->handle = from->handle;
    to->multi = from->multi;
    to->performing = from->performing;
    to->parallel = from->parallel;
}

void
state_reset(state_t *state)
{
    state_t fresh = { .handle = NULL };

    keep_identity(state, &fresh);
    init(&fresh);
    release(state);
    *state = fresh;
}

void
state_copy(const state_t *from, state_t *to)
{
    state_t copy = *from;

    keep_identity(to, &copy);
    copy.our_headers = NULL;
    copy.watch = NULL;
    copy.fields_copy = NULL;
    copy.connection = connection_copy(&from->connection);
    /* libcurl has copied the parts, and we do not know its copies: what we have
       made of them cannot be undone in a duplicate, and stays */
    copy.mime = weak_to(NULL);
    copy.edited_body = from->edited_body && from->sends != SENDS_MIME;
    copy.checked = 0;

    for (size_t i = 0; i < STRINGS; i++) {
        char **string = string_at(&copy, i);

        *string = *string != NULL ? strdup(*string) : NULL;
    }

    release(to);
    *to = copy;
    if (from->fields_copy != NULL && from->fields == from->fields_copy) {
        copy_fields(to, from->fields_copy);
    }
}

void
state_free(state_t *state)
{
    if (state != NULL) {
        release(state);
        free((char *) state - offsetof(entry_t, state));
    }
}
