/*
 * text.h: slices and header lines.
 */

#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>

#include "scopestack.h"

/* Tells whether two names of headers are one. */
bool same_name(ss_str_t a, ss_str_t b);

/* The value of the first header with this name, or an empty one. */
ss_str_t header_value(const ss_header_t *headers, size_t count,
                      const char *name);

/* The slice of a terminated string; empty for NULL. */
ss_str_t text_of(const char *s);

/* Takes the next header line off an entry of a list, which may hold several.
   Returns false at the end. */
bool request_next_line(const char **rest, ss_str_t *line);

/* A header's value without the blanks and line ends around it. */
ss_str_t request_trimmed(ss_str_t s);

#endif
