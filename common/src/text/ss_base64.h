/*
 * ss_base64.h: base64 (RFC 4648, 4 and 5); scopestack.h has the way there.
 */

#ifndef SS_BASE64_H
#define SS_BASE64_H

#include "text/ss_str.h"

/* The value of a digit of both alphabets, or -1. */
int ss_base64_digit(uint8_t c);

/* Decodes text of the first alphabet; padding may be left off, and bits that
   belong to no byte are passed over. text->data is NULL when it is none.
   SS_OK, SS_ERR_NOMEM. */
int ss_base64_decode(ss_str_t base64, const ss_mem_t *mem, ss_str_t *text);

#endif
