#include "text/ss_crypto.h"

bool
ss_digest_equal(const uint8_t a[SS_SHA256_LEN], const uint8_t b[SS_SHA256_LEN])
{
    /* volatile: a compiler must not leave the loop at the first difference */
    volatile unsigned differs = 0;

    for (size_t i = 0; i < SS_SHA256_LEN; i++) {
        differs |= (unsigned) (a[i] ^ b[i]);
    }

    return differs == 0;
}

void
ss_wipe(ss_str_t text)
{
    /* what is lent is const, also where it is ours */
    if (text.len > 0) {
        explicit_bzero((void *) (uintptr_t) text.data, text.len);
    }
}
