/*
 * sent.h: a token request, in each of the ways in which clients send them.
 */

#ifndef SENT_H
#define SENT_H

#include "text/ss_str.h"

typedef enum {
    SENT_FORM,
    SENT_ESCAPED, /* a form with each byte as %XX */
    SENT_QUERY,
    SENT_JSON,
    SENT_MULTIPART,
    SENT_BASIC,
    SENT_COUNT
} sent_t;

extern const char *const sent_names[SENT_COUNT];

/* The request, in mem. */
ss_request_t sent(sent_t how, ss_str_t id, ss_str_t secret,
                  const ss_mem_t *mem);

/* The body of SENT_FORM. */
ss_str_t sent_form(ss_str_t id, ss_str_t secret, const ss_mem_t *mem);

#endif
