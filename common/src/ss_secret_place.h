/*
 * ss_secret_place.h: where a secret that something announced begins and ends.
 */

#ifndef SS_SECRET_PLACE_H
#define SS_SECRET_PLACE_H

#include "ss_secret.h"

typedef struct {
    ss_str_t text;
    size_t at;         /* in: behind the separator; out: where it begins */
    size_t end;        /* out */
    uint8_t separator; /* "=", ":", or " " behind an option */
    uint8_t depth;     /* of the separator: how often it is encoded */
    uint8_t opened;    /* the quote before the name, or 0 */
    bool whole_line;   /* a header, which ends with its line */
} ss_value_t;

/* Finds the value behind the name of a secret. False when it is empty. */
bool ss_secret_value_at(ss_value_t *v);

/* Gives the credential behind a scheme that ends at `at`; false where a word of
   prose or a parameter of a challenge follows ("Bearer token", "Basic realm=").
   */
bool ss_secret_credential_at(ss_str_t text, ss_str_t scheme, size_t at,
                             ss_str_t *secret);

/* Gives the userinfo of the authority that begins at `at`, behind "//"; false
   when there is none. A password in it may have any character. */
bool ss_secret_userinfo_at(ss_str_t text, size_t at, ss_str_t *secret);

/* Gives the password of "user:password@host" that begins at `at`, behind the
   colon; false when it is none. */
bool ss_secret_password_at(ss_str_t text, size_t at, ss_str_t *secret);

/* Gives the key in "-----BEGIN ... PRIVATE KEY-----" that begins at `at`. */
bool ss_secret_pem_at(ss_str_t text, size_t at, ss_str_t *secret);

#endif
