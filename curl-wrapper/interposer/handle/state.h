/*
 * state.h: the shadow of a handle: what the program asked of it, kept apart
 * from what we make of that.
 */

#ifndef STATE_H
#define STATE_H

#include "interposer/handle/connection.h"
#include "interposer/libcurl/real.h"
#include "scopestack.h"
#include "interposer/handle/sending.h"
#include "interposer/handle/weak.h"

/* Any function of the program's. */
typedef void (*generic_t)(void);

typedef struct watch watch_t;

typedef struct {
    generic_t function;
    void *data;
} callbacks_t;

typedef struct {
    CURL *handle;
    weak_t multi;        /* that it was added to, and not removed from */
    unsigned long added; /* the uses of that by then */
    bool performing;     /* inside our curl_easy_perform() */
    bool ended;          /* the program has freed it there */
    bool parallel; /* the program itself last added it to a multi handle */

    /* as the program set them; pointers are the program's where libcurl
       borrows them too, and copies where libcurl copies */
    char *url;
    bool url_is_new;  /* set since the last transfer */
    bool url_is_used; /* in that, and not the CURLU */
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
    sending_t sending;     /* method and body */
    struct curl_slist *headers;
    long http_auth;
    long path_as_is;
    long connect_only; /* no request is sent, but what the program makes */
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
    bool watched;     /* libcurl has our write and header callbacks */
    watch_t *watch;   /* what came in through them */
    callbacks_t late; /* of a write that a reset came between */
    struct curl_slist *our_headers; /* in place of headers, or NULL */
    char *our_body;                 /* in place of the program's, or NULL */
    size_t our_body_len;
} state_t;

/* Makes the state of a handle that libcurl has just made; an older one at this
   address is gone. NULL: no memory. */
state_t *state_new(CURL *handle);

/* The state of a handle. NULL: a handle that the program did not make. */
state_t *state_of(CURL *handle);

/* Whether this is the address of a state that was not taken out. */
bool state_is_live(const void *state);

/* Takes a handle's state out, before libcurl gives its memory back and another
   thread gets it; to be freed when libcurl is done. */
state_t *state_take(CURL *handle);
void state_free(state_t *state);

/* Whether a transfer of this handle may be under way. Then libcurl is reading
   what the options point to, and none of them is to be changed. */
bool state_is_active(const state_t *state);

/* Whether it was added to a multi handle that nothing has driven since: then
   libcurl has not looked at the options yet. */
bool state_is_waiting(const state_t *state);

/* Notes an option that the program has set; value as va_arg() gave it. */
void state_note_long(state_t *state, CURLoption option, long value);
void state_note_offset(state_t *state, CURLoption option, curl_off_t value);
void state_note_pointer(state_t *state, CURLoption option, void *value);
void state_note_function(state_t *state, CURLoption option, generic_t value);

/* The largest body that is looked at; reads the rules file, if nothing has. */
size_t state_max_body(void);

/* Notes that a transfer is going to begin. */
void state_note_begin(state_t *state);

/* Notes an option that libcurl has refused with rc. */
void state_note_refused(state_t *state, CURLoption option, CURLcode rc);

/* Frees the lists and bodies that we gave to libcurl. Pre: it has others. */
void state_drop_ours(state_t *state);

/* Forgets all options, as curl_easy_reset() does; of a transfer that is under
   way, what libcurl is still using stays. */
void state_reset(state_t *state);

/* Copies what the program, and what we, made of one handle to its duplicate. */
void state_copy(const state_t *from, state_t *to);

#endif
