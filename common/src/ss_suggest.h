/*
 * ss_suggest.h: "did you mean".
 */

#ifndef SS_SUGGEST_H
#define SS_SUGGEST_H

#include "ss_str.h"

/* The word of a list that is most like the given one, to be asked "did you
   mean"; NULL when none is near. */
const char *ss_suggest(ss_str_t word, const char *const *words, size_t count);

#endif
