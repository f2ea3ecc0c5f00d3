/*
 * ss_letters.h: texts as the letters that somebody saw: which ASCII character
 * each may have been meant for.
 */

#ifndef SS_LETTERS_H
#define SS_LETTERS_H

#include "text/ss_hidden.h"

typedef struct {
    ss_str_t as_is;
    const ss_hidden_t *hidden; /* it is none to be seen, or NULL */
    char ascii[4];             /* what it looks like; "": no ASCII characters */
    char shape[4];             /* the same for all that look like these */
    const char *what;          /* " (I, l or 1)", or NULL: nothing special */
} ss_letter_t;

/* The shape of an ASCII character that can be seen. */
uint8_t ss_letter_shape(uint8_t c);

/* Takes the first letter off *text, which is not empty. */
ss_letter_t ss_letter_next(ss_str_t *text);

#endif
