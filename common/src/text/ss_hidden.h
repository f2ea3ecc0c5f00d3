/*
 * ss_hidden.h: characters that copying leaves in and around a credential, and
 * that nobody sees, or takes for part of it.
 */

#ifndef SS_HIDDEN_H
#define SS_HIDDEN_H

#include "text/ss_str.h"

typedef struct {
    uint32_t first, last; /* code points */
    const char *name;     /* "a no-break space" */
    bool in_words;        /* may stand between other characters of a password */
} ss_hidden_t;

/* What stands at the begin or at the end of a text; NULL: nothing hidden. */
const ss_hidden_t *ss_hidden_first(ss_str_t text);
const ss_hidden_t *ss_hidden_last(ss_str_t text);

/* The first hidden character anywhere in a text; words: in one that may have
   blanks and quotes of its own. NULL: none. */
const ss_hidden_t *ss_hidden_inside(ss_str_t text, bool words);

/* Tells whether a text stands in a pair of plain quotes. */
bool ss_is_quoted(ss_str_t text);

/* The text without hidden characters and pairs of quotes around it. */
ss_str_t ss_hidden_trim(ss_str_t text);

#endif
