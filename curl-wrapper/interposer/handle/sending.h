/*
 * sending.h: which method and body libcurl sends, as lib/setopt.c decides it:
 * some ten options switch each other.
 */

#ifndef SENDING_H
#define SENDING_H

#include "interposer/libcurl/real.h"
#include "scopestack.h"
#include "interposer/handle/weak.h"

typedef enum {
    SENDS_NOTHING, /* GET, HEAD */
    SENDS_FIELDS,  /* POSTFIELDS, or a POST by the read callback */
    SENDS_MIME,
    SENDS_FORM, /* the old HTTPPOST */
    SENDS_UPLOAD
} sends_t;

/* What libcurl calls the method of the handle; zero only in tables. */
typedef enum {
    METHOD_GET = 1,
    METHOD_POST,
    METHOD_FORM,
    METHOD_MIME,
    METHOD_PUT,
    METHOD_HEAD
} method_t;

typedef struct {
    method_t method;
    bool no_body;
    bool upload;        /* kept apart from the method by libcurl before 8.1.0 */
    const char *fields; /* the program's, or copy */
    char *copy;         /* of COPYPOSTFIELDS, terminated, or NULL */
    size_t copy_len;
    bool lost;       /* libcurl has a copy, and we have none */
    curl_off_t size; /* -1: fields are terminated */
    weak_t mime;
    void *form;
} sending_t;

/* As of a handle that was just made. */
void sending_init(sending_t *sending);
void sending_release(sending_t *sending);

/* Note an option that the program has set; others are passed over. max: a copy
   of more bytes is not kept. */
void sending_note_long(sending_t *sending, CURLoption option, long value);
void sending_note_size(sending_t *sending, curl_off_t size);
void sending_note_pointer(sending_t *sending, CURLoption option, void *value,
                          size_t max);

/* Notes one that libcurl has refused: some have an effect all the same. */
void sending_note_refused(sending_t *sending, CURLoption option);

/* Makes *to what libcurl makes of *from in a duplicate. *to has nothing. */
void sending_copy(const sending_t *from, sending_t *to);

sends_t sending_sends(const sending_t *sending);

/* The method without CURLOPT_CUSTOMREQUEST, such as "GET". */
const char *sending_method(const sending_t *sending);

/* The bytes of SENDS_FIELDS, of which no more than max + 1 are looked at.
   Returns false when they are not known: the read callback has them, or there
   is no copy. */
bool sending_fields(const sending_t *sending, size_t max, ss_str_t *body);

/* Makes a handle send a body, which must stay where it is until
   sending_restore(), in place of what is noted. */
CURLcode sending_replace(const sending_t *sending, CURL *handle, ss_str_t body);

/* Brings a handle to what is noted, whatever was set in it. */
CURLcode sending_restore(const sending_t *sending, CURL *handle);

#endif
