/*
 * ss_placeholder.h: values that were never filled in.
 */

#ifndef SS_PLACEHOLDER_H
#define SS_PLACEHOLDER_H

#include "text/ss_str.h"

/* Tells whether a value is one of the words that templates and unset variables
   leave behind: undefined, null, {{x}}, <x>, YOUR_X ... */
bool ss_is_placeholder(ss_str_t value);

/* The same for a path segment where the account slug belongs: :slug and the
   documentation's own words too. */
bool ss_is_slug_placeholder(ss_str_t segment);

/* The same for an account that someone configures, or gives in a variable: an
   account may be called "none". */
bool ss_is_unset_account(ss_str_t account);

/* Tells whether a value is a variable that a shell was to replace, as in
   curl -d '...=$SECRET': $X, ${X}, %X%. What the service makes up itself has
   none of the signs. */
bool ss_is_variable(ss_str_t value);

/* The same, and placeholders, of a value that a person configures: none is one
   that has a template anywhere in it. */
bool ss_is_configured_placeholder(ss_str_t value);

/* What is said of one. */
#define SS_PLACEHOLDER                                                         \
    "this is a placeholder; variables are not replaced here: write the value " \
    "itself"

#endif
