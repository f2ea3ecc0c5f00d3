/*
 * lint_postman.h: what the files that read a Postman collection share.
 */

#ifndef LINT_POSTMAN_H
#define LINT_POSTMAN_H

#include "tools/lint/lint.h"

/* A collection, a folder or a request, within what is around it. */
typedef struct scope {
    const struct scope *outer;
    vars_t vars;
    node_t auth; /* .json NULL: as in outer */
    ss_str_t name;
} scope_t;

typedef struct {
    lint_t *lint;
    const json_doc_t *doc;
    const scope_t *scope;
    call_t call; /* being put together */
} postman_t;

place_t postman_place(const postman_t *postman, node_t node);

/* A text with the variables of the scope; or that of a member. */
ss_str_t postman_text(postman_t *postman, ss_str_t text);
ss_str_t postman_member(postman_t *postman, node_t object, const char *key);

/* The same, with a word in the place of what is not known. */
ss_str_t postman_known(postman_t *postman, node_t object, const char *key);

/* What Postman adds when the request has no such header. */
void postman_default_header(postman_t *postman, const char *name,
                            const char *value);

void postman_url(postman_t *postman, node_t url);
void postman_body(postman_t *postman, node_t body);

/* Adds what the auth that applies adds to a request. */
void postman_authorize(postman_t *postman);

/* Checks the token request that an OAuth 2.0 helper makes itself; nothing for
   another auth. */
void postman_token_request(postman_t *postman, node_t auth);

#endif
