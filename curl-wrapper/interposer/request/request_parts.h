/*
 * request_parts.h: what the files that read a request share.
 */

#ifndef REQUEST_PARTS_H
#define REQUEST_PARTS_H

#include "interposer/libcurl/real.h"
#include "interposer/request/request.h"

/* Joins up to four parts; .data NULL: no memory. */
ss_str_t request_join(const ss_mem_t *mem, const char *a, const char *b,
                      const char *c, const char *d);

/* A URL by libcurl's own parser, to be freed with curl_url_cleanup(); NULL when
   it is none. */
CURLU *request_parse_url(const char *url, long path_as_is);

/* Reads where a request goes into *out. */
read_rc_t request_read_url(const state_t *state, const ss_mem_t *mem,
                           outgoing_t *out);

#endif
