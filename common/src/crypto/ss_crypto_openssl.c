/*
 * SHA-256 by OpenSSL's libcrypto: three times as fast as libmd's, where the
 * processor has instructions for it.
 */

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "text/ss_crypto.h"

struct ss_hasher {
    EVP_MD_CTX *md;
};

void
ss_sha256(ss_str_t text, uint8_t digest[SS_SHA256_LEN])
{
    SHA256(text.data, text.len, digest);
}

ss_hasher_t *
ss_hasher_create(const ss_mem_t *mem)
{
    ss_hasher_t *hasher = ss_alloc(mem, 1, sizeof(*hasher));

    if (hasher == NULL) {
        return NULL;
    }

    hasher->md = EVP_MD_CTX_new();
    if (hasher->md != NULL
        && EVP_DigestInit_ex(hasher->md, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(hasher->md);
        return NULL;
    }

    return hasher->md != NULL ? hasher : NULL;
}

void
ss_hasher_destroy(ss_hasher_t *hasher)
{
    EVP_MD_CTX_free(hasher->md);
}

bool
ss_hasher_sha256(ss_hasher_t *hasher, ss_str_t text,
                 uint8_t digest[SS_SHA256_LEN])
{
    /* no type: the one it was created with, which need not be looked up */
    return EVP_DigestInit_ex(hasher->md, NULL, NULL) == 1
           && EVP_DigestUpdate(hasher->md, text.data, text.len) == 1
           && EVP_DigestFinal_ex(hasher->md, digest, NULL) == 1;
}
