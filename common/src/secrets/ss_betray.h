/*
 * ss_betray.h: whether a text gives a secret away, as it is or written in one
 * of the ways that servers write what they got.
 */

#ifndef SS_BETRAY_H
#define SS_BETRAY_H

#include "text/ss_str.h"

/* So much of a secret in a row gives it away. */
#define SS_PIECE 8

/* Texts nest so many ways of writing. */
#define SS_READINGS 4

#define SS_PIECE_BITS 65536u

/* What a text says. Large: not to be kept. */
typedef struct {
    ss_str_t as_is[SS_READINGS];  /* percent, JSON's and HTML's escapes undone,
                                     one time more each; "+" as a blank */
    ss_str_t folded[SS_READINGS]; /* the same in lower case */
    size_t count;
    ss_str_t decoded; /* what its words say in base64 */
    ss_str_t decoded_folded;
    uint64_t
        pieces[SS_PIECE_BITS / 64]; /* those of as_is and decoded, hashed */
} ss_sayings_t;

/* Reads a text. SS_OK, SS_ERR_NOMEM. */
int ss_sayings_read(ss_sayings_t *sayings, ss_str_t text, const ss_mem_t *mem);

/*
 * Tells whether a secret, in any case, or a good part of it stands in what was
 * read; or its beginning at the end, where the text may have been cut. A very
 * short one must stand alone: as a part of words it tells nothing.
 */
bool ss_sayings_betray(const ss_sayings_t *sayings, ss_str_t secret);

#endif
