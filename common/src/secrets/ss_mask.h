/*
 * ss_mask.h: what in a request is a secret, by its name.
 */

#ifndef SS_MASK_H
#define SS_MASK_H

#include "text/ss_str.h"

/* Tells whether a piece of a form has a secret in it: in its value, or where it
   has none in its name; both are decoded. */
bool ss_is_secret_piece(ss_str_t name, ss_str_t value, bool has_value,
                        ss_str_t piece);

/* The userinfo of a URL, or nothing. */
ss_str_t ss_userinfo(ss_str_t url);

/* Tells whether a document speaks of secrets. */
bool ss_document_names_secret(ss_str_t document);

#endif
