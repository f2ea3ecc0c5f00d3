/*
 * exchange.h: a request as it left, and what was answered, kept beyond the
 * transfer.
 */

#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>

#include "scopestack.h"

/* A head of more than this is not kept. */
#define EXCHANGE_HEADERS_MAX 128
#define EXCHANGE_HEAD_MAX (64u * 1024u)

typedef struct {
    ss_arena_t arena; /* holds all that is below, but for the body */
    ss_request_t request;
    ss_result_t result; /* without its edits: they are made */

    ss_header_t *headers; /* of the answer; EXCHANGE_HEADERS_MAX, or NULL */
    size_t header_count;
    size_t head_size;
    uint8_t *body; /* of SS_EXPLAIN_BODY_MAX bytes, or NULL */
    size_t body_len;
    bool cut; /* there was more of the body */
} exchange_t;

/*
 * Gives the request that result's edits make of request; slices of both are
 * borrowed, a list of headers is allocated from mem. SS_OK, SS_ERR_NOMEM.
 */
int exchange_edit(const ss_request_t *request, const ss_result_t *result,
                  const ss_mem_t *mem, ss_request_t *left);

/* Copies a request, with the edits made, and what was found in it. NULL: no
   memory. To be freed with exchange_free(). */
exchange_t *exchange_new(const ss_request_t *request,
                         const ss_result_t *result);

/* exchange may be NULL. */
void exchange_free(exchange_t *exchange);

/* Forgets what was answered so far: another answer begins. */
void exchange_begin_answer(exchange_t *exchange);

/* Keeps a header line of the answer; what no memory is left for is passed
   over. */
void exchange_add_header(exchange_t *exchange, const char *line, size_t len);

/* The first header of the answer with this name, or an empty value. */
ss_str_t exchange_header(const exchange_t *exchange, const char *name);

/* Where the next bytes of the body are to be put; *len becomes what there is
   room for. NULL: they are not kept. They count with exchange_take(), unless
   others were put into the same room since. */
uint8_t *exchange_room(exchange_t *exchange, size_t *len);
void exchange_take(exchange_t *exchange, const uint8_t *room, size_t kept,
                   bool all);

/* The answer, as the core wants it; borrows from exchange. */
ss_response_t exchange_response(const exchange_t *exchange, unsigned status);

#endif
