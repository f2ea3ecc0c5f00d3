/*
 * ss_multipart.h: fields of a multipart/form-data body (RFC 7578).
 */

#ifndef SS_MULTIPART_H
#define SS_MULTIPART_H

#include "http/ss_param_list.h"

/*
 * Appends the fields of a body to params; content_type names the boundary.
 *
 * Returns SS_OK, with params->trouble set when the body is not to be
 * understood or has a file; SS_ERR_NOMEM.
 */
int ss_multipart_params(ss_params_t *params, ss_str_t body,
                        ss_str_t content_type, const ss_mem_t *mem);

#endif
