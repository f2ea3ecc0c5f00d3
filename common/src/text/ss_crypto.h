/*
 * ss_crypto.h: digests, and what is done with secrets beside them.
 *
 * Two providers of SHA-256 stand behind it, in crypto/: a program is linked
 * with one of them. All else is ours, in ss_crypto.c.
 */

#ifndef SS_CRYPTO_H
#define SS_CRYPTO_H

#include "text/ss_str.h"

#define SS_SHA256_LEN 32

/* --- of a provider ------------------------------------------------------ */

void ss_sha256(ss_str_t text, uint8_t digest[SS_SHA256_LEN]);

/* The same of many texts: what libcrypto sets up for one digest costs more than
   a short text itself. NULL when there is no memory. */
typedef struct ss_hasher ss_hasher_t;
ss_hasher_t *ss_hasher_create(const ss_mem_t *mem);
void ss_hasher_destroy(ss_hasher_t *hasher);

/* Returns false when the provider fails; digest is then undefined. */
bool ss_hasher_sha256(ss_hasher_t *hasher, ss_str_t text,
                      uint8_t digest[SS_SHA256_LEN]);

/* --- of both ------------------------------------------------------------ */

/* Compares in constant time. */
bool ss_digest_equal(const uint8_t a[SS_SHA256_LEN],
                     const uint8_t b[SS_SHA256_LEN]);

/* Overwrites a text of our own that nobody needs any longer. */
void ss_wipe(ss_str_t text);

#endif
