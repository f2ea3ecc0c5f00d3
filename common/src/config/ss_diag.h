/*
 * ss_diag.h: located errors of a rules file.
 */

#ifndef SS_DIAG_H
#define SS_DIAG_H

#include "config/ss_diag_line.h"

/* More errors than these are counted, not shown. */
#define SS_DIAG_MAX 20

typedef struct {
    unsigned line;
    unsigned column;
    ss_buf_t out;
} ss_diag_t;

typedef struct {
    const char *name; /* of the file */
    ss_str_t text;    /* of the file */
    const ss_mem_t *mem;
    ss_diag_t items[SS_DIAG_MAX]; /* by place */
    unsigned count;
    unsigned more; /* that are not shown */

    const ss_diag_keys_t *keys; /* of such files */

    /* The text is such a file. When not, nothing of it is shown: it may be
       anything, and was named by mistake. */
    bool own;

    /* When set, errors are those of a text that stands in the file: they are
       said to be at this place, with the text's name and their line in it. */
    const char *inside;
    unsigned inside_line;
    unsigned inside_column;
} ss_diags_t;

/* All that is given must outlive diags. */
void ss_diags_init(ss_diags_t *diags, const char *name, ss_str_t text,
                   const ss_diag_keys_t *keys, const ss_mem_t *mem);

/* Adds an error at line and column, both from 1: the parts of its sentence,
   none of which may be a value of the file, then what of the line may be shown,
   and a caret. */
void ss_diag_add(ss_diags_t *diags, unsigned line, unsigned column,
                 const ss_str_t *parts, size_t count);
#define SS_DIAG(diags, line, column, ...)                                      \
    ss_diag_add(diags, line, column, (const ss_str_t[]){ __VA_ARGS__ },        \
                sizeof((const ss_str_t[]){ __VA_ARGS__ }) / sizeof(ss_str_t))

/* Gives the text. SS_OK, SS_ERR_NOMEM. */
int ss_diags_done(const ss_diags_t *diags, ss_str_t *errors);

/* Why a file of more than SS_CONFIG_MAX bytes is not read. */
#define SS_TOO_LARGE "it is larger than 1 MiB; no such file is"

/* Makes "name: error: why" the whole text. SS_ERR_CONFIG, SS_ERR_NOMEM. */
int ss_diag_file(const char *name, const char *why, const ss_mem_t *mem,
                 ss_str_t *errors);

#endif
