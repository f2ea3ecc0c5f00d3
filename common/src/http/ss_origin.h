/*
 * ss_origin.h: origins of the service, and what is addressed to one.
 */

#ifndef SS_ORIGIN_H
#define SS_ORIGIN_H

#include "text/ss_str.h"

/* scheme://host[:port] */
typedef struct {
    ss_str_t scheme;
    ss_str_t authority; /* as spelled in the rules file */
    ss_str_t host;      /* without port, brackets kept */
    unsigned port;
} ss_origin_t;

/* Reads scheme://host[:port] (a slash at the end is fine). Returns false when
   text is not that; *origin then borrows nothing. */
bool ss_origin_parse(ss_str_t text, ss_origin_t *origin);

/* Tells whether authority, host[:port] of a request by scheme, is origin's. */
bool ss_origin_is(const ss_origin_t *origin, ss_str_t scheme,
                  ss_str_t authority);

/* Tells whether it is the host of an https origin, asked by http at either
   one's port. */
bool ss_origin_is_insecure(const ss_origin_t *origin, ss_str_t scheme,
                           ss_str_t authority);

#endif
