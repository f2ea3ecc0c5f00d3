/*
 * ss_signed.h: headers that carry a signature or a digest of the body. Whoever
 * changes such a body makes the receiver refuse it, or accept less proof than
 * the client gave.
 */

#ifndef SS_SIGNED_H
#define SS_SIGNED_H

#include "text/ss_str.h"

typedef enum {
    SS_UNSIGNED,
    SS_DIGESTED, /* the bytes of the body are fixed */
    SS_SIGNED    /* so is its Content-Type, which signatures often cover */
} ss_signed_t;

/*
 * Judges the headers of a request, and its Authorization, by their names and
 * schemes; an empty one counts. *header borrows nothing: the usual spelling of
 * the first header that fixes the most, or a description; never a value.
 *
 * Signature and Signature-Input (RFC 9421), Content-Digest and Repr-Digest (RFC
 * 9530), Digest (RFC 3230), Content-MD5 (RFC 1864), a Trailer that announces
 * one of these (RFC 9110, 6.6.2), Authorization by Signature, AWS4-HMAC-SHA256
 * and the like or Digest with auth-int (RFC 7616), and other names that have
 * signature, digest, hmac or checksum in them, or md5, sha1, sha256 or sha512
 * beside content, body or payload: X-Hub-Signature-256, X-Amz-Content-Sha256.
 * Want-Digest and its kin ask for one, and fix nothing.
 */
ss_signed_t ss_request_signed(const ss_request_t *request, ss_str_t *header);

#endif
