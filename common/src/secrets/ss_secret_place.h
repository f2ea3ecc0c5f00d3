/*
 * ss_secret_place.h: where a secret that something announced begins and ends.
 */

#ifndef SS_SECRET_PLACE_H
#define SS_SECRET_PLACE_H

#include "secrets/ss_secret.h"

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

/* The second word of "session id: x"; a short number that is the code of an
   error; a name whose value ends with its line only; a name behind which an
   address stands. */
bool ss_secret_is_second_word(ss_str_t word);
bool ss_secret_is_error_code(ss_str_t name, ss_str_t value);
bool ss_secret_is_whole_line(ss_str_t name);
bool ss_secret_is_address(ss_str_t name);

/* What stands behind "Bearer" or "Basic" of a value; others are the same. */
ss_str_t ss_secret_behind_scheme(ss_str_t value);

/* Tells whether a word of a text is an option: "-u", at the beginning, behind a
   blank or a quote; one whose value is a secret; one that begins with it. */
bool ss_secret_is_option(ss_str_t text, ss_str_t word);
bool ss_secret_is_user_option(ss_str_t text, ss_str_t word);
bool ss_secret_has_user_option(ss_str_t text, ss_str_t word);

/* Tells whether a member names what another one is the value of: "name",
   "key"; and whether it is that other one: "value", "content". */
bool ss_secret_is_name_member(ss_str_t member);
bool ss_secret_is_value_member(ss_str_t member);

/* Tells whether the value that v is at, behind a "name", is the name of a
   secret. */
bool ss_secret_announces(ss_value_t v);

/* Tells whether a "name" that stands behind the value that v is at says that it
   is a secret, in the same object or tag. */
bool ss_secret_named_behind(ss_value_t v);

/* Gives the text of an element whose tag begins at `tag` and ends before `at`;
   announced: an attribute of it was the name of a secret. */
bool ss_secret_element_at(ss_str_t text, size_t tag, size_t at, bool announced,
                          ss_str_t *secret);

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
