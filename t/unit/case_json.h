/*
 * case_json.h: a case and what the core makes of it, for other programs.
 */

#ifndef CASE_JSON_H
#define CASE_JSON_H

#include <jansson.h>

#include "support.h"

/* A request: {method, scheme, authority, path, query, has_query, headers,
   body}, bytes written as hex digits; to be given back. */
json_t *case_request_json(const ss_request_t *request);

/* A response: {status, headers, body, complete}, in the same way. */
json_t *case_response_json(const ss_response_t *response);

/* Prints one line: {file, mode, rule, name, config, backends, request, leaves,
   verdict, findings, status, code, response, explains}. Bytes are written as
   hex digits. */
void case_json_print(const ss_cases_t *cases, const ss_case_t *c);

#endif
