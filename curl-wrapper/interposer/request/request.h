/*
 * request.h: a handle's shadow as the request that libcurl will make of it.
 */

#ifndef REQUEST_H
#define REQUEST_H

#include "interposer/handle/state.h"
#include "shared/text.h"

typedef struct {
    ss_request_t request;
    ss_str_t userinfo; /* "user:password@" of the URL, raw, or empty */
    ss_str_t url_rest; /* path and query of the URL, where a target stands in
                          their place */
} outgoing_t;

/* Why a transfer is none of ours to look at; libcurl refuses the malformed. */
typedef enum { READ_OK, READ_NOT_OURS, READ_MALFORMED, READ_NOMEM } read_rc_t;

/*
 * Reads the request that a handle is about to make, without its body, when it
 * goes to the service. All is borrowed from state or allocated from mem.
 */
read_rc_t request_read(const state_t *state, const ss_engine_t *engine,
                       const ss_mem_t *mem, outgoing_t *out);

/* Whether a request is read from an option. */
bool request_reads(CURLoption option);

/* Adds the body. One of more than max bytes, or that only a callback has,
   counts as too large, and nothing of it is copied. SS_OK, SS_ERR_NOMEM. */
int request_read_body(const state_t *state, size_t max, const ss_mem_t *mem,
                      outgoing_t *out);

/* Tells whether a URL is one of the service, as ss_engine_serves() does. */
int request_url_is_ours(const ss_engine_t *engine, const char *url);

/* The method that libcurl sends. */
ss_str_t request_method(const state_t *state);

/* Reads a URL's origin, path and query into an empty request, as
   request_read() does. */
read_rc_t request_read_plain(const char *url, const ss_mem_t *mem,
                             outgoing_t *out);

#endif
