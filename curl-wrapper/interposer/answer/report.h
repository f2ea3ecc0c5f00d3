/*
 * report.h: findings and explanations, and the request that a dry run prints.
 */

#ifndef REPORT_H
#define REPORT_H

#include "interposer/request/request.h"
#include "shared/say.h"

/* Tells the findings, in the form that was asked for. */
void report_result(const ss_result_t *result, const ss_mem_t *mem);

/* The text of an explanation, in the form that was asked for; left as it is
   without memory. */
void report_explanation(const ss_explanation_t *explanation, unsigned status,
                        const ss_mem_t *mem, ss_str_t *text);

/* Puts a sentence about the rejection where curl looks for one. */
void report_rejection(char *error_buffer, const ss_result_t *result);

/* Prints a request as it would leave on stdout, secrets masked. */
void report_dry_run(const ss_request_t *request, ss_kind_t kind,
                    const ss_mem_t *mem);

#endif
