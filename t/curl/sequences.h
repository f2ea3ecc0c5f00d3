/*
 * sequences.h: what the parts of sequences.c share.
 */

#ifndef SEQUENCES_H
#define SEQUENCES_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>

/* what is deprecated is still to work */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#define API "http://api.scopestack.test"
#define TOKEN "http://app.scopestack.test/oauth/token"
#define ELSEWHERE "http://elsewhere.test"

/* What a read callback has to give; a size that a body does not have is always
   this one. */
#define STREAM 600

#define SET(slot, option, value)                                               \
    curl_easy_setopt((slot)->handle, CURLOPT_##option, value)

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* How libcurl knows a body: what a program must know to stay within the
   documentation. */
typedef enum { BODY_NONE, BODY_BORROWED, BODY_COPIED } body_t;

typedef struct slot {
    CURL *handle;
    curl_mime *mime;
    struct curl_httppost *form;
    CURLU *url;
    body_t body;
    long length;     /* of the body */
    long size;       /* POSTFIELDSIZE */
    bool terminated; /* libcurl's copy of the body */
    bool attached;   /* libcurl has the mime */
    bool added;      /* to a multi handle, for now */
    bool performing;
    long left;  /* of what the read callback has to give */
    int inside; /* what to do in a callback; 0: nothing */
} slot_t;

#define SLOTS 3

extern slot_t slots[SLOTS];
extern unsigned seed;
extern unsigned step;

/* One of so many numbers, by lot. Each step draws as many, whatever it uses. */
unsigned pick(unsigned count);

/* Sets what every handle of these has. */
void prepare(slot_t *slot);

/* A step: by its number, on a slot that has a handle. */
void take_step(slot_t *slot);

/* Steps that set options. */
void step_borrow(slot_t *slot);
void step_copy(slot_t *slot);
void step_no_fields(slot_t *slot);
void step_size(slot_t *slot);
void step_mime(slot_t *slot);
void step_refused(slot_t *slot);
void step_form(slot_t *slot);
void step_switch(slot_t *slot);
void step_method(slot_t *slot);
void step_headers(slot_t *slot);
void step_credentials(slot_t *slot);
void step_place(slot_t *slot);

/* Sets the size of a body. */
void size_to(slot_t *slot, long size);

/* Frees what a slot has. */
void clear(slot_t *slot);

/* Sends a request, and prints what became of it. */
void send_to(slot_t *slot, const char *url);

/* Begins a server in a process of its own, which writes each request to a log;
   returns its process, and the port that it listens to. */
int serve(const char *log, int *port);

#endif
