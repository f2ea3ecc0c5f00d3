/*
 * ss_params.h: the parameters of a token request, from wherever they stand.
 *
 * Pieces that nobody changes keep their bytes: the form is put together again
 * from the raw pieces, and only new or changed ones are encoded.
 */

#ifndef SS_PARAMS_H
#define SS_PARAMS_H

#include "http/ss_param_list.h"

/*
 * Reads the parameters of query and body. A body is taken for what it is
 * rather than for what content_type says, as far as the two can be told apart.
 *
 * Returns SS_OK, also for bodies that cannot be understood; SS_ERR_NOMEM.
 */
int ss_params_read(ss_params_t *params, const ss_request_t *request,
                   ss_str_t content_type, const ss_mem_t *mem);

/* The first parameter of this name that is not removed, or NULL; one in the
   body before those in the query. */
ss_param_t *ss_params_find(const ss_params_t *params, const char *name);
ss_param_t *ss_params_find_in(const ss_params_t *params, const char *name,
                              bool in_query);

/* The value of ss_params_find(), or an empty one. */
ss_str_t ss_params_value(const ss_params_t *params, const char *name);

/* Tells whether two parameters are the same to Rack: name and value, and both
   with or without a "=". */
bool ss_param_equal(const ss_param_t *a, const ss_param_t *b);

/* Tells whether a parameter has this name, or one that Rack makes a list or a
   hash of that name of, "name[]" or "name[x]", or the very name, "[name]". */
bool ss_params_rival(const ss_param_t *param, ss_str_t name);

/* Tells whether a parameter is there more than once, with different values:
   which one the server takes is its own affair, so no repair may rest on it. */
bool ss_params_ambiguous(const ss_params_t *params, const char *name);

/* Tells whether the parameters are all known. */
bool ss_params_known(const ss_params_t *params);

/* Tells whether the body can be written: it is a form, none, or about to be
   converted to one. */
bool ss_params_writable(const ss_params_t *params);

/* Tells whether a parameter can be changed where it stands. */
bool ss_param_writable(const ss_params_t *params, const ss_param_t *param);

/* Tells whether all parameters of this name can be changed where they stand:
   one alone would then differ from the others. *in_body: one is in the body. */
bool ss_params_all_writable(const ss_params_t *params, ss_str_t name,
                            bool *in_body);

/* Changes. SS_OK, SS_ERR_NOMEM. */
int ss_params_add(ss_params_t *params, const char *name, ss_str_t value,
                  const ss_mem_t *mem);
/* Moves parameter i from the query to the end of the body. */
int ss_params_move(ss_params_t *params, size_t i, const ss_mem_t *mem);
void ss_params_set(ss_params_t *params, ss_param_t *param, ss_str_t value);
/* The same to all of this name: one alone would then differ from the others. */
void ss_params_set_all(ss_params_t *params, ss_str_t name, ss_str_t value);
void ss_params_remove(ss_params_t *params, ss_param_t *param);

/* Spells a parameter anew, name and value: raw is a piece of a form. SS_OK,
   SS_ERR_NOMEM. */
int ss_params_respell(ss_params_t *params, ss_param_t *param, ss_str_t raw,
                      const ss_mem_t *mem);

/* Puts the query or the body together. SS_OK, SS_ERR_NOMEM. */
int ss_params_write(const ss_params_t *params, bool query, const ss_mem_t *mem,
                    ss_str_t *text);

/* Appends every piece of a form, as ss_params_push() does. */
int ss_form_read(ss_params_t *params, ss_str_t form, bool in_query,
                 const ss_mem_t *mem);

/* Reads one piece, "name=value", into a parameter. SS_OK, SS_ERR_NOMEM. */
int ss_form_piece(ss_param_t *param, ss_str_t raw, const ss_mem_t *mem);

/* Tells whether a "%XX" begins at position i of a text. */
bool ss_is_escape(ss_str_t text, size_t i);

/* Adds "%XX". */
void ss_percent_encode(ss_buf_t *buf, unsigned char c);

/* Decodes "+" and "%XX" of a form; escapes that are none stay. .data is NULL
   when there is no memory. */
ss_str_t ss_form_decode(ss_str_t text, const ss_mem_t *mem);

/* Encodes as application/x-www-form-urlencoded does. */
void ss_form_encode(ss_buf_t *buf, ss_str_t text);

#endif
