/*
 * mutate.h: ids and secrets as the service makes them, as people get them wrong
 * on the way from an e-mail, and as they are wrong in other ways.
 */

#ifndef MUTATE_H
#define MUTATE_H

#include "random_request.h"

/* Of what the service makes: url-safe base64 of 32 bytes. */
enum { CREDENTIAL_LEN = 43 };

typedef enum {
    MUTATE_ONE,     /* one I, l, 1, O or 0 is another one */
    MUTATE_SEVERAL, /* each of them is, or is not */
    MUTATE_FONT,    /* a font has one shape for I and l, and for O and 0 */
    MUTATE_SCRIPT,  /* letters of other scripts */
    MUTATE_STYLE,   /* all of it bold, script or the like, of Unicode's own */
    MUTATE_TYPESET, /* ligatures, as a PDF gives them away */
    MUTATE_ENDS,    /* what nobody sees before or behind */
    MUTATE_INSIDE,  /* and between */
    MUTATE_BLANKS,  /* blanks and line ends, around and where a line was cut */
    MUTATE_QUOTES,  /* around it */
    MUTATE_MIXED,   /* two or three of these */
    MUTATE_COUNT
} mutation_t;

extern const char *const mutation_names[MUTATE_COUNT];

typedef enum {
    OTHER_RIGHT,      /* nothing is wrong */
    OTHER_STRANGER,   /* another one */
    OTHER_TYPO,       /* a character that does not look like the right one */
    OTHER_LOST,       /* a character less */
    OTHER_CUT,        /* the first ones, or the last ones, left out */
    OTHER_TWICE,      /* a character more */
    OTHER_TRANSPOSED, /* two neighbours */
    OTHER_CASE,       /* a letter of the other case */
    OTHER_LOWER,      /* all letters in lower case */
    OTHER_DOUBLED,    /* pasted twice */
    OTHER_COUNT
} other_t;

extern const char *const other_names[OTHER_COUNT];

/* A random credential, in mem. */
ss_str_t credential(random_t *random, const ss_mem_t *mem);

/* One that has exactly so many of I, l, 1, O and 0. */
ss_str_t credential_with(random_t *random, size_t places, const ss_mem_t *mem);

/* Whether it is one of them, and how many of them a text has. */
bool is_mixed_up(uint8_t c);
size_t credential_places(ss_str_t text);

/* A text with what at a place, for the len bytes that stand there; in mem. */
ss_str_t with_at(ss_str_t text, size_t at, size_t len, const char *what,
                 const ss_mem_t *mem);

/* A credential mutated, in mem; as it is when the mutation finds no place. */
ss_str_t mutate(random_t *random, mutation_t how, ss_str_t text,
                const ss_mem_t *mem);

/* A value that is no mutation of text, in mem. */
ss_str_t other(random_t *random, other_t how, ss_str_t text,
               const ss_mem_t *mem);

#endif
