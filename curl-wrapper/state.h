/*
 * state.h: the shadow of a handle: what the program asked of it, kept apart
 * from what we make of that.
 */

#ifndef STATE_H
#define STATE_H

#include "connection.h"
#include "real.h"
#include "scopestack.h"
#include "weak.h"

typedef enum {
    SENDS_NOTHING, /* GET */
    SENDS_FIELDS,  /* POSTFIELDS, or a POST by the read callback */
    SENDS_MIME,
    SENDS_FORM, /* the old HTTPPOST */
    SENDS_UPLOAD
} sends_t;

/* Any function of the program's. */
typedef void (*generic_t)(void);

typedef struct watch watch_t;

typedef struct {
    CURL *handle;
    weak_t multi;    /* that it was added to, and not removed from */
    bool performing; /* inside our curl_easy_perform() */
    bool parallel;   /* the program itself last added it to a multi handle */

    /* as the program set them; pointers are the program's where libcurl
       borrows them too, and copies where libcurl copies */
    char *url;
    CURLU *urlu;
    char *custom_method;
    char *username;
    char *password;
    char *bearer;
    char *user_agent;
    char *cookie;
    char *referer;
    char *default_scheme;
    char *accept_encoding; /* NULL: nothing is decoded */
    char *target;          /* in place of the URL's path and query */
    sends_t sends;
    bool no_body; /* HEAD, unless another method is named */
    const char *fields;
    char *fields_copy;
    curl_off_t fields_size; /* -1: terminated */
    weak_t mime;
    void *form;
    struct curl_slist *headers;
    long http_auth;
    long path_as_is;
    long port;
    long netrc; /* 0: it is not read */
    long content_decoding;
    curl_prereq_callback prereq;
    void *prereq_data;
    char *error_buffer;
    generic_t write; /* NULL: libcurl writes to the file that is the data */
    void *write_data;
    generic_t header;
    void *header_data;
    connection_t connection;

    /* what we did with it */
    unsigned changes; /* counts the program's calls */
    unsigned checked; /* changes + 1 when last checked; 0: never */
    int outcome;      /* of that check, a transfer_t */
    CURLcode refused; /* what libcurl last said to an option of ours */
    bool insecure;    /* it leaves by http for a host that has https */
    bool moved_in;    /* the body has credentials that stood elsewhere */
    bool repeated;    /* a check of the same options as the one before */
    bool edited_url;
    bool edited_port;
    bool edited_target;
    bool edited_method;
    bool edited_body;
    bool edited_headers;
    bool watched;   /* libcurl has our write and header callbacks */
    watch_t *watch; /* what came in through them */
    struct curl_slist *our_headers; /* in place of headers, or NULL */
} state_t;

/* Makes the state of a handle that libcurl has just made; an older one at this
   address is gone. NULL: no memory. */
state_t *state_new(CURL *handle);

/* The state of a handle. NULL: a handle that the program did not make. */
state_t *state_of(CURL *handle);

/* Takes a handle's state out, before libcurl gives its memory back and another
   thread gets it; to be freed when libcurl is done. */
state_t *state_take(CURL *handle);
void state_free(state_t *state);

/* Whether a transfer of this handle may be under way. Then libcurl is reading
   what the options point to, and none of them is to be changed. */
bool state_is_active(const state_t *state);

/* Notes an option that the program has set; value as va_arg() gave it. */
void state_note_long(state_t *state, CURLoption option, long value);
void state_note_offset(state_t *state, CURLoption option, curl_off_t value);
void state_note_pointer(state_t *state, CURLoption option, void *value);
void state_note_function(state_t *state, CURLoption option, generic_t value);

/* Forgets all options, as curl_easy_reset() does. */
void state_reset(state_t *state);

/* Copies what the program, and what we, made of one handle to its duplicate. */
void state_copy(const state_t *from, state_t *to);

#endif
