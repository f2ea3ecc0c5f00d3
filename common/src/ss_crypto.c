#include "ss_crypto.h"

#include <limits.h>
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

int
ss_base64_decode(ss_str_t base64, const ss_mem_t *mem, ss_str_t *text)
{
    size_t padded, pad;
    uint8_t *in, *out;
    int len;

    *text = ss_str(NULL, 0);

    while (base64.len > 0 && base64.data[base64.len - 1] == '=') {
        base64.len--;
    }

    padded = (base64.len + 3) / 4 * 4;
    pad = padded - base64.len;
    if (base64.len == 0 || pad == 3 || padded > INT_MAX / 2) {
        return SS_OK;
    }

    in = mem->alloc(mem->ctx, padded);
    out = mem->alloc(mem->ctx, padded / 4 * 3);
    if (in == NULL || out == NULL) {
        return SS_ERR_NOMEM;
    }

    /* EVP_DecodeBlock wants whole groups, and gives zeros for padding */
    for (size_t i = 0; i < base64.len; i++) {
        uint8_t c = base64.data[i];

        /* it also skips what is not base64 */
        if (!ss_is_alnum(c) && c != '+' && c != '/') {
            return SS_OK;
        }
    }
    memcpy(in, base64.data, base64.len);
    memset(in + base64.len, '=', pad);

    len = EVP_DecodeBlock(out, in, (int) padded);
    if (len >= (int) pad) {
        *text = ss_str(out, (size_t) len - pad);
    }

    return SS_OK;
}
