/*
 * ss_reserved.h: words that are no account's slug, as the hosts have something
 * else there.
 */

#ifndef SS_RESERVED_H
#define SS_RESERVED_H

#include "ss_str.h"

/* Tells whether a path segment, as it is spelled in a path, is a reserved word:
   .well-known, api-docs, assets, docs, mcp, oauth, rails, swagger, webhooks.
   Escapes count as what they stand for. Case does not matter: what only looks
   like such a path must not be changed either. */
bool ss_is_reserved(ss_str_t segment);

#endif
