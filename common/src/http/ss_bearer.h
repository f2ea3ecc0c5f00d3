/*
 * ss_bearer.h: bearer tokens (RFC 6750), and what becomes of them by pasting.
 */

#ifndef SS_BEARER_H
#define SS_BEARER_H

#include "text/ss_str.h"

/* Tells whether a text can be a token: by its characters, and no placeholder.
 */
bool ss_is_token(ss_str_t text);

/* Tells whether an Authorization value is "Bearer", one blank, and what can be
   a token; and gives that. */
bool ss_bearer_parse(ss_str_t value, ss_str_t *token);

/* Gives the token that an Authorization value was meant to carry; whether it is
   one is for the caller to see. SS_OK, SS_ERR_NOMEM. */
int ss_bearer_recover(ss_str_t value, const ss_mem_t *mem, ss_str_t *token);

/* Tells whether a parameter of a query carries a token, by its name. */
bool ss_bearer_named(ss_str_t name);

#endif
