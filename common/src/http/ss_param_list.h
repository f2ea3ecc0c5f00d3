/*
 * ss_param_list.h: a list of parameters, which readers of formats fill.
 */

#ifndef SS_PARAM_LIST_H
#define SS_PARAM_LIST_H

#include "text/ss_str.h"

/* More than these are not looked at; body-not-checked says so. */
#define SS_PARAMS_MAX 1000

typedef enum {
    SS_FORMAT_UNKNOWN, /* not there to look at, or not to be understood */
    SS_FORMAT_NONE,    /* no body */
    SS_FORMAT_FORM,
    SS_FORMAT_JSON,
    SS_FORMAT_MULTIPART
} ss_format_t;

typedef struct {
    ss_str_t raw; /* the piece as it came; empty when it came as no form */
    ss_str_t name;
    ss_str_t value;
    size_t blanks; /* at the beginning of raw; servers pass over them */
    bool bare;     /* no "=" behind the name: nil to Rack, not an empty text */
    bool in_query;
    bool changed; /* raw no longer says it */
    bool removed;
    bool added; /* of no form: written behind those that are */
} ss_param_t;

typedef struct {
    ss_format_t format;
    const char *trouble; /* why the body is not understood, or NULL */
    bool too_many;
    bool query_is_split; /* the query has a ";", which separates parameters to
                            servers with Rack before 3, in forms to none */
    bool convert;        /* the body is to leave as a form */
    bool body_changed;
    bool query_changed;
    ss_param_t *items;
    size_t count;
    size_t size;
} ss_params_t;

/* Appends a parameter as it was read; for the readers of formats. SS_OK (also
   when there are too many), SS_ERR_NOMEM. */
int ss_params_push(ss_params_t *params, const ss_param_t *param,
                   const ss_mem_t *mem);

/* The same, however many there are: for those that are added to a list that was
   read. SS_OK, SS_ERR_NOMEM. */
int ss_params_append(ss_params_t *params, const ss_param_t *param,
                     const ss_mem_t *mem);

#endif
