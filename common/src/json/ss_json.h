/*
 * ss_json.h: parameters out of JSON, and strings into it.
 */

#ifndef SS_JSON_H
#define SS_JSON_H

#include "http/ss_param_list.h"

/* params->trouble of a text that is no JSON object. */
extern const char ss_json_malformed[];

/*
 * Appends the members of a JSON object to params: strings, integers and
 * booleans; null members are left out. Names and values borrow json.
 *
 * Returns SS_OK, with params->trouble set when the text is no such object;
 * SS_ERR_NOMEM.
 */
int ss_json_params(ss_params_t *params, ss_str_t json, const ss_mem_t *mem);

/*
 * Gives the string that is member name of a JSON object; it borrows json.
 * *value is empty when the text is no such object. SS_OK, SS_ERR_NOMEM.
 */
int ss_json_string(ss_str_t json, const char *name, const ss_mem_t *mem,
                   ss_str_t *value);

/* Appends a string with quotes and escapes; bytes that are not UTF-8 become
   U+FFFD. */
void ss_json_quote(ss_buf_t *buf, ss_str_t text);

#endif
