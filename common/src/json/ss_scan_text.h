/*
 * ss_scan_text.h: the text of JSON strings, for the scanner.
 */

#ifndef SS_SCAN_TEXT_H
#define SS_SCAN_TEXT_H

#include "json/ss_scan.h"

/* The end of the text that begins at p: a quote, or what may not stand there,
   or end. *escapes tells whether it has any. */
const uint8_t *ss_scan_text_end(const uint8_t *p, const uint8_t *end,
                                bool *escapes);

/* A number for the decoded token; the same for the same. */
uint32_t ss_scan_hash(ss_str_t token, bool escapes);

/* Tells whether two tokens, decoded, are the same. */
bool ss_scan_same(ss_str_t a, ss_str_t b);

#endif
