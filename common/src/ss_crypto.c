#include "ss_crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

void
ss_sha256(ss_str_t text, uint8_t digest[SS_SHA256_LEN])
{
    SHA256(text.data, text.len, digest);
}

ss_hasher_t *
ss_hasher_create(void)
{
    ss_hasher_t *hasher = EVP_MD_CTX_new();

    if (hasher != NULL && EVP_DigestInit_ex(hasher, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(hasher);
        return NULL;
    }

    return hasher;
}

void
ss_hasher_destroy(ss_hasher_t *hasher)
{
    EVP_MD_CTX_free(hasher);
}

bool
ss_hasher_sha256(ss_hasher_t *hasher, ss_str_t text,
                 uint8_t digest[SS_SHA256_LEN])
{
    /* no type: the one it was created with, which need not be looked up */
    return EVP_DigestInit_ex(hasher, NULL, NULL) == 1
           && EVP_DigestUpdate(hasher, text.data, text.len) == 1
           && EVP_DigestFinal_ex(hasher, digest, NULL) == 1;
}

bool
ss_digest_equal(const uint8_t *a, const uint8_t *b)
{
    return CRYPTO_memcmp(a, b, SS_SHA256_LEN) == 0;
}

void
ss_wipe(ss_str_t text)
{
    /* what is lent is const, also where it is ours */
    if (text.len > 0) {
        OPENSSL_cleanse((void *) (uintptr_t) text.data, text.len);
    }
}

void
ss_secret_hash(ss_str_t secret, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SS_SHA256_LEN];

    ss_sha256(secret, digest);
    for (size_t i = 0; i < SS_SHA256_LEN; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
}
