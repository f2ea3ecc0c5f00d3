/*
 * report.h: what goes to stderr, and the request that a dry run prints.
 */

#ifndef REPORT_H
#define REPORT_H

#include "request.h"

/* Writes text to stderr as it is; a line with "sscurl: " before it. */
void report_raw(ss_str_t text);
void report_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells the findings, in the form that was asked for. */
void report_result(const ss_result_t *result, const ss_mem_t *mem);

/* Puts a sentence about the rejection where curl looks for one. */
void report_rejection(char *error_buffer, const ss_result_t *result);

/* Prints a request with the edits of result on stdout, secrets masked. */
void report_dry_run(const outgoing_t *out, const ss_result_t *result,
                    const ss_mem_t *mem);

#endif
