/*
 * ss_diag_line.h: how much of a line may be shown with an error. A secret may
 * stand anywhere in a file by mistake, under any key, so that a value is shown
 * only where all good values are known words or numbers.
 */

#ifndef SS_DIAG_LINE_H
#define SS_DIAG_LINE_H

#include "text/ss_str.h"

/* What may be shown behind a key: nothing, words (rules, actions, modes ...),
   or a number, also as a size. */
typedef enum { SS_SHOW_NONE, SS_SHOW_WORD, SS_SHOW_NUMBER } ss_show_t;

typedef struct {
    const char *name;
    ss_show_t values;
} ss_diag_key_t;

/* The keys of a kind of file; ids of rules and their parameters are keys of
   every kind. */
typedef struct {
    const ss_diag_key_t *keys;
    size_t count;
    size_t top; /* so many of them, from the first, begin a file's sections */
} ss_diag_keys_t;

/* Tells whether a word that is none of the known ones may be quoted: names as
   people write them into such files, in small letters, and names of secrets.
   Anything else may be a piece of a value. */
bool ss_diag_is_name(ss_str_t word);

/* Tells whether a text has a key of its sections at the begin of a line. A
   text without is no such file: a key, a list of passwords ... */
bool ss_diag_is_own(const ss_diag_keys_t *keys, ss_str_t text);

/*
 * Adds a line and, below it, a caret at a column (from 1, in characters). Keys
 * that are known or names stay; comments are left out; "***" stands for every
 * other word. Adds nothing when there is nothing to show.
 */
void ss_diag_line(const ss_diag_keys_t *keys, ss_str_t line, unsigned column,
                  ss_buf_t *out);

#endif
