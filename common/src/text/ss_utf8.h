/*
 * ss_utf8.h: UTF-8, one character at a time (RFC 3629).
 */

#ifndef SS_UTF8_H
#define SS_UTF8_H

#include "text/ss_str.h"

/* The length of the character that text begins with; 0 when it begins with no
   well-formed one. */
size_t ss_utf8_length(ss_str_t text);

/* text without a byte order mark (U+FEFF) at its beginning. */
ss_str_t ss_utf8_without_bom(ss_str_t text);

/* The code point of the character that text begins with, which must be
   well-formed. */
uint32_t ss_utf8_code(ss_str_t text);

/* Writes a code point, up to four bytes; returns how many. */
size_t ss_utf8_put(uint32_t code, uint8_t *out);

#endif
