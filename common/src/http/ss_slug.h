/*
 * ss_slug.h: what can be an account's slug in a path, and words that are none,
 * as the hosts have something else there.
 */

#ifndef SS_SLUG_H
#define SS_SLUG_H

#include "text/ss_str.h"

/* Tells whether a path segment, as it is spelled in a path, is a reserved word:
   .well-known, api-docs, assets, docs, mcp, oauth, rails, swagger, webhooks.
   Escapes count as what they stand for. Case does not matter: what only looks
   like such a path must not be changed either. */
bool ss_is_reserved(ss_str_t segment);

/* The next byte of a segment, an escape decoded; *at, which is less than the
   segment's length, moves behind it. */
uint8_t ss_segment_byte(ss_str_t segment, size_t *at);

#endif
