/*
 * say.h: lines on stderr, now or later.
 */

#ifndef SAY_H
#define SAY_H

#include <stdbool.h>

#include "scopestack.h"

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

#endif
