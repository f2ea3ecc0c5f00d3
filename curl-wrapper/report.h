/*
 * report.h: what goes to stderr, and the request that a dry run prints.
 */

#ifndef REPORT_H
#define REPORT_H

#include "request.h"

/* Writes text to stderr as it is; a line with "sscurl: " before it. */
void report_raw(ss_str_t text);
void report_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reports that the rules do not see the calls to a libcurl, and how it came
   about: once, and not where the rules are off. */
void report_unseen(const char *file, const char *how);

/* Holds back what this thread reports of a transfer that libcurl may still
   refuse; writes it, or drops it. */
void report_hold(void);
void report_release(bool is_true);

/* Keeps text for report_rest(), which the end of the process calls; without
   memory it is written now. */
void report_later(ss_str_t text);
void report_rest(void);

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
