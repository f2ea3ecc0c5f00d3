/*
 * ss_basic.h: Authorization values (RFC 9110, 11.6.2; RFC 7617).
 */

#ifndef SS_BASIC_H
#define SS_BASIC_H

#include "text/ss_str.h"

typedef struct {
    ss_str_t user;
    ss_str_t password;
} ss_basic_t;

typedef enum { SS_BASIC_OK, SS_BASIC_NOT, SS_BASIC_NOMEM } ss_basic_rc_t;

/* The scheme: what stands before the first blank. */
ss_str_t ss_auth_scheme(ss_str_t value);

/* Decodes "Basic <base64 of user:password>". */
ss_basic_rc_t ss_basic_parse(ss_str_t value, const ss_mem_t *mem,
                             ss_basic_t *basic);

#endif
