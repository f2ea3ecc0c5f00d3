/*
 * ss_crypto.h: digests and base64, by libcrypto; ss_crypto.c is the only file
 * that includes it.
 */

#ifndef SS_CRYPTO_H
#define SS_CRYPTO_H

#include "ss_str.h"

#define SS_SHA256_LEN 32

void ss_sha256(ss_str_t text, uint8_t digest[SS_SHA256_LEN]);

/* Compares in constant time. */
bool ss_digest_equal(const uint8_t *a, const uint8_t *b);

/* Decodes base64 (RFC 4648, 4; padding may be left off). text->data is NULL
   when it is none. SS_OK, SS_ERR_NOMEM. */
int ss_base64_decode(ss_str_t base64, const ss_mem_t *mem, ss_str_t *text);

#endif
