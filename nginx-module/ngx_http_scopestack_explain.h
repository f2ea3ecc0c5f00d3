
/*
 * ngx_http_scopestack_explain.h: an answer that is explained. What it says is
 * made in _explain.c, when it is sent is decided in _hold.c.
 */


#ifndef _NGX_HTTP_SCOPESTACK_EXPLAIN_H_INCLUDED_
#define _NGX_HTTP_SCOPESTACK_EXPLAIN_H_INCLUDED_


#include "ngx_http_scopestack.h"


struct ngx_http_scopestack_explain_s {
    ss_explanation_t   explanation;
    ngx_event_t        timer;           /* while the header waits */
    ngx_buf_t         *buf;             /* the body that came so far */
    unsigned           complete:1;      /* all of it */
    unsigned           given_up:1;      /* no more of it is waited for */
};


/* is the answer the service's own, if perhaps with a page of nginx's for it,
   and is it to be explained here? */
ngx_uint_t ngx_http_scopestack_wants_explanation(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);

/* explains what ctx->explain has, in the header, which has not been sent yet,
   and in the body that was held */
void ngx_http_scopestack_explain(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);


#endif /* _NGX_HTTP_SCOPESTACK_EXPLAIN_H_INCLUDED_ */
