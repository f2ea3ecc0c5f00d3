/*
 * show.h: parts of a request for people: printable, secrets masked.
 *
 * All is allocated from mem, or borrowed from the request; empty without
 * memory.
 */

#ifndef SHOW_H
#define SHOW_H

#include "scopestack.h"

/* Bytes that may be anything. */
ss_str_t show_clean(ss_str_t bytes, const ss_mem_t *mem);

ss_str_t show_url(const ss_request_t *request, const ss_mem_t *mem);

/* A header's value. */
ss_str_t show_header(const ss_header_t *header, const ss_mem_t *mem);

/* A body, or a sentence about one that cannot be shown; empty: there is
   none. kind is the request's. */
ss_str_t show_body(const ss_request_t *request, ss_kind_t kind,
                   const ss_mem_t *mem);

#endif
