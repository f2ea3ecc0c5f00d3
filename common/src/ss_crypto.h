/*
 * ss_crypto.h: digests, by libcrypto; ss_crypto.c is the only file
 * that includes it.
 */

#ifndef SS_CRYPTO_H
#define SS_CRYPTO_H

#include "ss_str.h"

#define SS_SHA256_LEN 32

void ss_sha256(ss_str_t text, uint8_t digest[SS_SHA256_LEN]);

/* The same of many texts: what libcrypto sets up for one digest costs more than
   a short text itself. NULL when there is no memory. */
typedef struct evp_md_ctx_st ss_hasher_t;
ss_hasher_t *ss_hasher_create(void);
void ss_hasher_destroy(ss_hasher_t *hasher);

/* Returns false when libcrypto fails; digest is then undefined. */
bool ss_hasher_sha256(ss_hasher_t *hasher, ss_str_t text,
                      uint8_t digest[SS_SHA256_LEN]);

/* Compares in constant time. */
bool ss_digest_equal(const uint8_t *a, const uint8_t *b);

/* Overwrites a text of our own that nobody needs any longer. */
void ss_wipe(ss_str_t text);

#endif
