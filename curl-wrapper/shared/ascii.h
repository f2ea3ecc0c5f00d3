/*
 * ascii.h: names of protocols, compared as RFC 9110 has them.
 *
 * strcasecmp() goes by the locale that the program has set: in Turkish ones "I"
 * is not the capital letter of "i", and "AUTHORIZATION" another word.
 */

#ifndef ASCII_H
#define ASCII_H

#include <stdbool.h>
#include <stddef.h>

/* Whether len bytes are the same but for the case of A to Z. Stops at the first
   difference, so that the end of a string is one. */
bool ascii_same(const void *a, const void *b, size_t len);

#endif
