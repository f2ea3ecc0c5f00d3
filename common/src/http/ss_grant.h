/*
 * ss_grant.h: the grants of the service, and what each one needs.
 */

#ifndef SS_GRANT_H
#define SS_GRANT_H

#include "text/ss_str.h"

#define SS_GRANT_NEEDS 6

typedef struct {
    const char *name;
    const char *needs[SS_GRANT_NEEDS]; /* ends with NULL */
    bool has_redirect;                 /* redirect_uri belongs to it */
    bool has_verifier; /* code_verifier may stand for client_secret */
} ss_grant_t;

/* The grant that a spelling folds to (case, blanks and separators do not
   count), or NULL. */
const ss_grant_t *ss_grant_fold(ss_str_t grant_type);

/* Tells whether a parameter of this name does not belong to a grant at all:
   redirect_uri, but with a code. */
bool ss_grant_lacks(ss_str_t grant_type, ss_str_t name);

/* A parameter that says who somebody is. */
typedef struct {
    ss_str_t name;
    bool chosen; /* by a person: theirs to mend, with blanks and quotes of its
                    own */
} ss_credential_name_t;

/* The credential of this name, or NULL. */
const ss_credential_name_t *ss_credential_named(ss_str_t name);

/* Tells whether a name is that of a parameter of some grant. */
bool ss_is_token_parameter(ss_str_t name);

#endif
