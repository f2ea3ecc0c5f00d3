/*
 * support.h: --ss-report: what support asks for, in a file: the exact error
 * message, what was tried, which client; masked.
 *
 * The file is written anew behind each transfer, so that it is there whatever
 * ends the process. All functions do nothing where no report was asked for.
 */

#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdbool.h>

#include "scopestack.h"

typedef struct {
    const char *outcome;           /* static: "sent", or why not */
    const ss_request_t *request;   /* as it left, or would have */
    const ss_request_t *sent;      /* with what libcurl added; NULL: not sent */
    const ss_result_t *result;     /* what was found in it before */
    const ss_response_t *response; /* NULL: none */
    const ss_explanation_t *explanation; /* NULL: none */
    const char *failure; /* what libcurl says went wrong, or NULL */
    double seconds;
} tried_t;

/* Tells whether a report was asked for. */
bool support_wanted(void);

/* Adds a transfer to the service; all is copied. */
void support_note(const tried_t *tried);

/* Counts a transfer to somewhere else. */
void support_note_elsewhere(void);

/* Writes the report once more, also when nothing was tried. */
void support_finish(void);

#endif
