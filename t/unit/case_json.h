/*
 * case_json.h: a case and what the core makes of it, for other programs.
 */

#ifndef CASE_JSON_H
#define CASE_JSON_H

#include "case_file.h"

/* Prints one line: {file, mode, rule, name, config, only, request, leaves,
   verdict, findings, status, code}. Bytes are written as hex digits. */
void case_json_print(const case_file_t *file, const test_case_t *c);

/* Prints a request as TAP comments. */
void case_request_print(const ss_request_t *request);

#endif
