/*
 * connection.h: how a program reaches its hosts, for a handle of our own.
 *
 * curl_easy_duphandle() would do, had it no effect on the original: up to curl
 * 8.5 that one's cookies are switched on by it, and from 7.88 on its list of
 * HSTS files is freed with the copy. So what a program says about connections
 * is noted, and set again in a new handle, which has nothing else of the
 * program's: no body, no file, no cookie, no credentials.
 */

#ifndef CONNECTION_H
#define CONNECTION_H

#include "interposer/libcurl/real.h"

typedef struct connection_option connection_option_t;

/* Zeroed: nothing was said. */
typedef struct {
    connection_option_t *options; /* in the order in which they were set */
    size_t count;
    size_t room;
    long connect_ms; /* the program's limits; 0: none */
    long total_ms;
    bool lost; /* one could not be noted */
} connection_t;

/* Note an option that libcurl has taken, if it is one about connections. */
void connection_note_long(connection_t *connection, CURLoption option,
                          long value);
void connection_note_pointer(connection_t *connection, CURLoption option,
                             void *value);
void connection_note_function(connection_t *connection, CURLoption option,
                              void (*value)(void));

/* Sets them in a handle that libcurl has just made; false: not all of them, and
   it must not be used. Timeouts are not among them. */
bool connection_apply(const connection_t *connection, CURL *handle);

/* The text that an option was set to last; NULL: none, or another kind. */
const char *connection_text(const connection_t *connection, CURLoption option);

/* A copy on its own; what libcurl borrows is borrowed. */
connection_t connection_copy(const connection_t *from);

/* Frees and forgets all. */
void connection_free(connection_t *connection);

#endif
