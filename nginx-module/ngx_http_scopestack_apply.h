
/*
 * ngx_http_scopestack_apply.h: the change that edits make of a request,
 * prepared as a whole before any of it is done.
 */


#ifndef _NGX_HTTP_SCOPESTACK_APPLY_H_INCLUDED_
#define _NGX_HTTP_SCOPESTACK_APPLY_H_INCLUDED_


#include "ngx_http_scopestack.h"


/* the request headers that edits change and nginx keeps a pointer to */

#if (NGX_HTTP_HEADERS)
#define NGX_HTTP_SCOPESTACK_KNOWN  5
#else
#define NGX_HTTP_SCOPESTACK_KNOWN  4
#endif


/* one header that is to be set, or to go */

typedef struct {
    ngx_str_t                    name;
    ngx_str_t                    value;
    ngx_table_elt_t             *h;        /* the first one; NULL: none */
    unsigned                     remove:1;
} ngx_http_scopestack_set_t;


typedef struct {
    ngx_http_scopestack_set_t   *sets;
    ngx_uint_t                   nsets;
    ngx_table_elt_t             *added;    /* those without an h, in order */
    ngx_list_t                   list;     /* in place of the old one */
    ngx_table_elt_t             *known[NGX_HTTP_SCOPESTACK_KNOWN];
    unsigned                     rebuild:1;
} ngx_http_scopestack_headers_t;


typedef struct {
    ngx_uint_t                       method;
    ngx_str_t                        method_name;
    ngx_str_t                        target;   /* raw path and query */
    ngx_str_t                        uri;      /* decoded path */
    ngx_str_t                        args;
    ngx_http_scopestack_headers_t    headers;
    ngx_http_request_body_t         *body;
    size_t                           body_len;
    unsigned                         new_target:1;
    unsigned                         new_headers:1;
    unsigned                         new_body:1;
} ngx_http_scopestack_change_t;


/* NGX_OK, NGX_ERROR with the request as it was */
ngx_int_t ngx_http_scopestack_prepare_headers(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch, ngx_http_scopestack_ctx_t *ctx);

/* cannot fail */
void ngx_http_scopestack_commit_headers(ngx_http_request_t *r,
    ngx_http_scopestack_headers_t *hs);


static ngx_inline ngx_str_t
ngx_http_scopestack_ngx_str(ss_str_t str)
{
    ngx_str_t  s;

    s.data = (u_char *) (uintptr_t) str.data;
    s.len = str.len;

    return s;
}


#endif /* _NGX_HTTP_SCOPESTACK_APPLY_H_INCLUDED_ */
