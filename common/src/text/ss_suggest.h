/*
 * ss_suggest.h: which words are nearly the same; "did you mean".
 */

#ifndef SS_SUGGEST_H
#define SS_SUGGEST_H

#include "text/ss_str.h"

/* The longest word that a distance is counted to. */
#define SS_EDIT_MAX 48

/* How many letters must be put in, taken out or changed to make b of a
   (Levenshtein), in any case; b has at most SS_EDIT_MAX bytes. */
unsigned ss_edit_distance(ss_str_t a, ss_str_t b);

/* The word of a list that is most like the given one, to be asked "did you
   mean"; NULL when none is near. */
const char *ss_suggest(ss_str_t word, const char *const *words, size_t count);

#endif
