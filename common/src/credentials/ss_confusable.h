/*
 * ss_confusable.h: credentials that were read wrongly: I, l and 1 look alike,
 * so do O and 0, and letters, digits and dashes of other scripts and the ASCII
 * ones; characters that nobody sees came along.
 */

#ifndef SS_CONFUSABLE_H
#define SS_CONFUSABLE_H

#include "text/ss_str.h"

/* The most variants of a secret that are tried. This bounds the time of a
   check, however many credentials there are: so many SHA-256 digests of a
   short text. */
#define SS_VARIANTS_MAX 4096

/* Ids and secrets of which more bytes are to be seen are not compared, nor
   those that are longer with all that is hidden in them: a text of a megabyte
   must not be gone over for each registered client. */
#define SS_SEEN_MAX 256
#define SS_SENT_MAX 1024

/* A text as it was seen: what looks alike is alike, what is hidden is not in
   it. */
typedef struct {
    uint8_t bytes[SS_SEEN_MAX];
    size_t len;
} ss_shape_t;

/* Reads the shape of a text. Returns false when it is too long. */
bool ss_shape_read(ss_shape_t *shape, ss_str_t text);

/* Tells whether a text has this shape. */
bool ss_shape_is(const ss_shape_t *shape, ss_str_t text);

/* Tells whether a variant is the right one; the text is only lent. */
typedef bool ss_proof_t(void *ctx, ss_str_t variant);

/*
 * Searches the variants of text, the likeliest first, for one that proof()
 * takes; ctx is handed to it. Hidden characters are left out and letters of
 * other scripts are the ASCII ones in all of them. variant->data is NULL when
 * there is none among the first SS_VARIANTS_MAX. SS_OK, SS_ERR_NOMEM.
 */
int ss_confusable_variant(ss_str_t text, ss_proof_t *proof, void *ctx,
                          const ss_mem_t *mem, ss_str_t *variant);

/*
 * Names the places where two such texts differ, the first ones: "character 5
 * (I, l or 1), character 9 (O or 0)", never the characters themselves. SS_OK,
 * SS_ERR_NOMEM.
 */
int ss_confusable_where(ss_str_t text, ss_str_t right, const ss_mem_t *mem,
                        ss_str_t *where);

#endif
