/*
 * lint_text.h: text as --ss-lint puts it together. Allocators passed here note
 * their own failures (see lint.h); a text that could not be had is empty.
 */

#ifndef LINT_TEXT_H
#define LINT_TEXT_H

#include <stdbool.h>

#include "scopestack.h"

typedef struct {
    const ss_mem_t *mem;
    uint8_t *data;
    size_t len;
    size_t size;
} text_t;

/* A slice of a terminated string; empty for NULL. */
ss_str_t str_of(const char *s);

bool str_is(ss_str_t s, const char *word);
bool str_is_nocase(ss_str_t s, const char *word);
bool str_begins(ss_str_t s, const char *prefix);
/* Where a word begins in s; s.len when it does not. */
size_t str_find(ss_str_t s, const char *word);
ss_str_t str_skip(ss_str_t s, size_t n);
ss_str_t str_cut(ss_str_t s, size_t n);
/* Without blanks, tabs and line ends around. */
ss_str_t str_trim(ss_str_t s);
ss_str_t str_copy(ss_str_t s, const ss_mem_t *mem);

/* Takes the next line off *rest, without its end; false: there is none. */
bool str_line(ss_str_t *rest, ss_str_t *line);

text_t text_new(const ss_mem_t *mem);
void text_add(text_t *text, ss_str_t s);
void text_adds(text_t *text, const char *s);
/* Percent-encodes controls, what is not ASCII, and the bytes of also. */
void text_add_escaped(text_t *text, ss_str_t s, const char *also);
/* As in a form. */
void text_add_form(text_t *text, ss_str_t s);
ss_str_t text_done(const text_t *text);

ss_str_t join3(const ss_mem_t *mem, ss_str_t a, ss_str_t b, ss_str_t c);
ss_str_t base64(ss_str_t s, const ss_mem_t *mem);

#endif
