/*
 * lint_vars.h: {{variables}}, as Postman and editors' .http files have them.
 */

#ifndef LINT_VARS_H
#define LINT_VARS_H

#include <jansson.h>

#include "tools/lint/lint_text.h"

/* What the whole file may expand to. Variables of variables double quickly. */
#define VARS_BUDGET (16u * 1024 * 1024)

typedef struct vars {
    const struct vars *outer; /* asked when this one does not know */
    json_t *values;           /* an object of strings; borrowed; or NULL */
} vars_t;

/*
 * Replaces the variables whose value is known, also those in values. What is
 * not known, empty or without end stays as it is. *budget is taken from; when
 * nothing is left of it, the text ends there.
 */
ss_str_t vars_resolve(const vars_t *vars, ss_str_t text, size_t *budget,
                      const ss_mem_t *mem);

/* Finds the next variable of text; *len is its length with the braces. Returns
   its position, or text.len. */
size_t vars_find(ss_str_t text, size_t *len);
/* The length of the variable that begins at i, with its braces; 0: none. */
size_t vars_at(ss_str_t text, size_t i);
bool vars_any(ss_str_t text);

/* Puts word in the place of each variable. */
ss_str_t vars_replace(ss_str_t text, const char *word, const ss_mem_t *mem);

#endif
