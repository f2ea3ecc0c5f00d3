/*
 * SHA-256 by libmd, which is linked into what is preloaded: a libcrypto among
 * the needed libraries would be loaded into every program, before the one that
 * the program has brought for itself.
 */

#include <sha2.h>

#include "text/ss_crypto.h"

struct ss_hasher {
    SHA2_CTX md;
};

static void
digest_of(SHA2_CTX *md, ss_str_t text, uint8_t digest[SS_SHA256_LEN])
{
    SHA256Init(md);
    SHA256Update(md, text.data, text.len);
    SHA256Final(digest, md);
    /* the text's last block is still in it */
    ss_wipe(ss_str((const uint8_t *) md, sizeof(*md)));
}

void
ss_sha256(ss_str_t text, uint8_t digest[SS_SHA256_LEN])
{
    SHA2_CTX md;

    digest_of(&md, text, digest);
}

ss_hasher_t *
ss_hasher_create(const ss_mem_t *mem)
{
    return ss_alloc(mem, 1, sizeof(ss_hasher_t));
}

void
ss_hasher_destroy(ss_hasher_t *hasher)
{
    (void) hasher;
}

bool
ss_hasher_sha256(ss_hasher_t *hasher, ss_str_t text,
                 uint8_t digest[SS_SHA256_LEN])
{
    digest_of(&hasher->md, text, digest);

    return true;
}
