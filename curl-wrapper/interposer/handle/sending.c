#include "interposer/handle/sending.h"

#include <stdlib.h>
#include <string.h>

#include "interposer/libcurl/quirks.h"

/* What newer headers call deprecated. */
#define OPTION_PUT ((CURLoption) 54)
#define OPTION_HTTPPOST ((CURLoption) 10024)

/* --- which option switches which ------------------------------------------ */

typedef enum { ANY, OFF, ON } value_t;
typedef enum { KEPT, FALSE_NOW, TRUE_NOW } flag_t;

/*
 * lib/setopt.c of 7.80 to 8.22, a line for each assignment to method, no_body
 * and, before 8.1.0, upload. `from`: only where that is the method; 0: always.
 */
static const struct {
    CURLoption option;
    value_t value;
    method_t from;
    method_t method; /* 0: kept */
    flag_t no_body;
    flag_t upload;
} switches[] = {
    { CURLOPT_NOBODY, ON, 0, METHOD_HEAD, TRUE_NOW, KEPT },
    { CURLOPT_NOBODY, OFF, METHOD_HEAD, METHOD_GET, KEPT, KEPT },
    { CURLOPT_NOBODY, OFF, 0, 0, FALSE_NOW, KEPT },
    { CURLOPT_UPLOAD, ON, 0, METHOD_PUT, FALSE_NOW, TRUE_NOW },
    { CURLOPT_UPLOAD, OFF, 0, METHOD_GET, KEPT, FALSE_NOW },
    { OPTION_PUT, ON, 0, METHOD_PUT, FALSE_NOW, TRUE_NOW },
    { OPTION_PUT, OFF, 0, METHOD_GET, KEPT, FALSE_NOW },
    { CURLOPT_POST, ON, 0, METHOD_POST, FALSE_NOW, FALSE_NOW },
    { CURLOPT_POST, OFF, 0, METHOD_GET, KEPT, FALSE_NOW },
    { CURLOPT_HTTPGET, ON, 0, METHOD_GET, FALSE_NOW, FALSE_NOW },
    { CURLOPT_POSTFIELDS, ANY, 0, METHOD_POST, KEPT, KEPT },
    { CURLOPT_COPYPOSTFIELDS, ANY, 0, METHOD_POST, KEPT, KEPT },
    { OPTION_HTTPPOST, ANY, 0, METHOD_FORM, FALSE_NOW, KEPT },
    { CURLOPT_MIMEPOST, ANY, 0, METHOD_MIME, FALSE_NOW, KEPT },
};

static void
turn(bool *flag, flag_t to)
{
    if (to != KEPT) {
        *flag = to == TRUE_NOW;
    }
}

static void
note_switch(sending_t *sending, CURLoption option, value_t value)
{
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        if (switches[i].option != option || switches[i].value != value
            || (switches[i].from != 0 && switches[i].from != sending->method)) {
            continue;
        }

        if (switches[i].method != 0) {
            sending->method = switches[i].method;
        }
        turn(&sending->no_body, switches[i].no_body);
        turn(&sending->upload, switches[i].upload);
    }
}

/* --- noting --------------------------------------------------------------- */

void
sending_init(sending_t *sending)
{
    *sending = (sending_t){ .method = METHOD_GET, .size = -1 };
}

void
sending_release(sending_t *sending)
{
    free(sending->copy);
    sending_init(sending);
}

static void
drop_copy(sending_t *sending)
{
    free(sending->copy);
    sending->copy = NULL;
    sending->copy_len = 0;
    sending->lost = false;
}

/* A terminated copy of len bytes; without memory it is lost. */
static void
keep_copy(sending_t *sending, const char *value, size_t len)
{
    sending->copy = malloc(len + 1);
    sending->lost = sending->copy == NULL;
    if (sending->copy != NULL) {
        memcpy(sending->copy, value, len);
        sending->copy[len] = '\0';
        sending->copy_len = len;
    }
}

static void
note_copy(sending_t *sending, const char *value, size_t max)
{
    size_t len;

    drop_copy(sending);
    if (value != NULL) {
        len = sending->size >= 0 ? (size_t) sending->size
                                 : strnlen(value, max + 1);
        if (len > max) {
            sending->lost = true;
        } else {
            keep_copy(sending, value, len);
        }
    }
    sending->fields = sending->copy;
}

void
sending_note_long(sending_t *sending, CURLoption option, long value)
{
    if (option == CURLOPT_POSTFIELDSIZE) {
        sending_note_size(sending, value);
    } else {
        note_switch(sending, option, value != 0 ? ON : OFF);
    }
}

/* A copy that is shorter than its size is said to be is dropped by libcurl. */
void
sending_note_size(sending_t *sending, curl_off_t size)
{
    if (sending->size < size && (sending->copy != NULL || sending->lost)) {
        drop_copy(sending);
        sending->fields = NULL;
    }

    sending->size = size;
}

void
sending_note_pointer(sending_t *sending, CURLoption option, void *value,
                     size_t max)
{
    switch ((int) option) {
    case CURLOPT_POSTFIELDS:
        drop_copy(sending);
        sending->fields = value;
        break;
    case CURLOPT_COPYPOSTFIELDS:
        note_copy(sending, value, max);
        break;
    case CURLOPT_MIMEPOST:
        sending->mime = weak_to(value);
        break;
    case OPTION_HTTPPOST:
        sending->form = value;
        break;
    default:
        return;
    }

    note_switch(sending, option, ANY);
}

/* libcurl lets go of the old form, or copy, before it looks at the new one. */
void
sending_note_refused(sending_t *sending, CURLoption option)
{
    switch ((int) option) {
    case CURLOPT_MIMEPOST:
        sending->mime = weak_to(NULL);
        break;
    case CURLOPT_COPYPOSTFIELDS:
        drop_copy(sending);
        sending->fields = NULL;
        note_switch(sending, option, ANY);
        break;
    default:
        break;
    }
}

void
sending_copy(const sending_t *from, sending_t *to)
{
    size_t len = from->copy_len;

    *to = *from;
    to->copy = NULL;
    to->copy_len = 0;
    /* libcurl's copies of the parts are not known */
    to->mime = weak_to(NULL);

    if (from->copy != NULL) {
        if (from->size >= 0 && (size_t) from->size < len) {
            len = (size_t) from->size;
        }
        keep_copy(to, from->copy, len);
        to->fields = to->copy;
    }
}

/* --- what is sent --------------------------------------------------------- */

sends_t
sending_sends(const sending_t *sending)
{
    if (sending->upload && quirk_upload_stays()) {
        return SENDS_UPLOAD;
    }

    switch (sending->method) {
    case METHOD_POST:
        return SENDS_FIELDS;
    case METHOD_FORM:
        return SENDS_FORM;
    case METHOD_MIME:
        return SENDS_MIME;
    case METHOD_PUT:
        return SENDS_UPLOAD;
    default:
        return SENDS_NOTHING;
    }
}

const char *
sending_method(const sending_t *sending)
{
    static const char *const names[] = {
        [SENDS_NOTHING] = "GET", [SENDS_FIELDS] = "POST", [SENDS_MIME] = "POST",
        [SENDS_FORM] = "POST",   [SENDS_UPLOAD] = "PUT",
    };

    return sending->no_body ? "HEAD" : names[sending_sends(sending)];
}

bool
sending_fields(const sending_t *sending, size_t max, ss_str_t *body)
{
    const char *fields = sending->fields;

    if (fields == NULL) {
        return false;
    }

    *body = (ss_str_t){ (const uint8_t *) fields,
                        sending->size >= 0 ? (size_t) sending->size
                                           : strnlen(fields, max + 1) };

    return true;
}

/* --- a handle ------------------------------------------------------------- */

/* The first call that fails is what is returned; none is left out for it. */
typedef struct {
    CURL *handle;
    CURLcode rc;
} calls_t;

#define CALL(calls, option, value)                                             \
    note_call(calls, real.curl_easy_setopt((calls)->handle, option, value))

static void
note_call(calls_t *calls, CURLcode rc)
{
    if (calls->rc == CURLE_OK) {
        calls->rc = rc;
    }
}

/* The upload goes first: what is set after it would stand behind it. */
CURLcode
sending_replace(const sending_t *sending, CURL *handle, ss_str_t body)
{
    calls_t calls = { handle, CURLE_OK };

    /* ours would be in the place of a copy that cannot be given back */
    if (sending->lost) {
        return CURLE_OUT_OF_MEMORY;
    }

    if (sending->upload) {
        CALL(&calls, CURLOPT_POST, 1L);
        CALL(&calls, CURLOPT_NOBODY, (long) sending->no_body);
    }
    CALL(&calls, CURLOPT_POSTFIELDS, (const char *) body.data);
    CALL(&calls, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) body.len);

    return calls.rc;
}

/*
 * Fields and their size. libcurl copies as many bytes as the size says, drops
 * the copy when the size grows, and keeps it when the size falls: so its copy
 * is made with the end that ours has, and the size set then.
 */
static void
restore_fields(const sending_t *sending, calls_t *calls)
{
    if (sending->copy != NULL) {
        CALL(calls, CURLOPT_POSTFIELDSIZE_LARGE,
             (curl_off_t) sending->copy_len + 1);
        CALL(calls, CURLOPT_COPYPOSTFIELDS, sending->copy);
    } else {
        CALL(calls, CURLOPT_POSTFIELDS, sending->fields);
    }
    CALL(calls, CURLOPT_POSTFIELDSIZE_LARGE, sending->size);
}

/*
 * All states that the switches lead to are reached from HTTPGET, which takes
 * everything back: first what is kept apart from the method, upload and
 * no_body, then the method by an option that keeps both.
 */
static void
restore_method(const sending_t *sending, calls_t *calls)
{
    CALL(calls, CURLOPT_HTTPGET, 1L);
    if (sending->upload) {
        CALL(calls, CURLOPT_UPLOAD, 1L);
    }
    if (sending->no_body) {
        CALL(calls, CURLOPT_NOBODY, 1L);
    }

    switch (sending->method) {
    case METHOD_GET:
        if (sending->upload) {
            CALL(calls, CURLOPT_NOBODY, 1L);
            CALL(calls, CURLOPT_NOBODY, 0L);
        } else if (sending->no_body) {
            CALL(calls, CURLOPT_UPLOAD, 0L);
        }
        break;
    case METHOD_POST:
        restore_fields(sending, calls);
        break;
    case METHOD_FORM:
        CALL(calls, OPTION_HTTPPOST, sending->form);
        break;
    case METHOD_MIME:
        CALL(calls, CURLOPT_MIMEPOST, weak_get(sending->mime));
        break;
    default: /* PUT by UPLOAD, HEAD by NOBODY */
        break;
    }
}

CURLcode
sending_restore(const sending_t *sending, CURL *handle)
{
    calls_t calls = { handle, CURLE_OK };

    if (sending->method != METHOD_POST) {
        restore_fields(sending, &calls);
    }
    restore_method(sending, &calls);

    return calls.rc;
}
