
/*
 * ngx_http_scopestack_lookup.h: the account of a caller, asked for and waited
 * for. Who asks and who waits is decided in _account.c; how it is asked is in
 * _lookup.c; what is known of it is in _zone.c.
 */


#ifndef _NGX_HTTP_SCOPESTACK_LOOKUP_H_INCLUDED_
#define _NGX_HTTP_SCOPESTACK_LOOKUP_H_INCLUDED_


#include "ngx_http_scopestack.h"


struct ngx_http_scopestack_lookup_s {
    ngx_http_request_t          *request;  /* NULL: it has ended */
    ngx_http_scopestack_ctx_t   *ctx;
    ngx_http_scopestack_zone_t  *zone;
    ngx_str_t                    authorization;  /* to ask with */
    ngx_buf_t                   *answer;
    ngx_msec_t                   deadline;
    u_char                       key[65];
    u_char                       account[NGX_HTTP_SCOPESTACK_ACCOUNT];
    unsigned                     asking:1;  /* its subrequest is under way */
    unsigned                     settled:1; /* nothing is waited for any more */
    unsigned                     too_large:1;
};


/* begins the subrequest; NGX_OK, NGX_ERROR */
ngx_int_t ngx_http_scopestack_lookup_start(ngx_http_request_t *r,
    ngx_str_t *uri, ngx_http_scopestack_lookup_t *lookup);

/* the request that waits goes on, once the event loop comes to it */
void ngx_http_scopestack_lookup_wake(ngx_http_scopestack_lookup_t *lookup);

/*
 * What the zone has for a key of 64 hexadecimal digits: *len bytes are put into
 * account, none when nothing is known. NGX_OK; NGX_BUSY: somebody is asking,
 * and nothing was known before; NGX_AGAIN: the caller is the one to ask, and to
 * call zone_put().
 */
ngx_int_t ngx_http_scopestack_zone_get(ngx_http_scopestack_zone_t *zone,
    u_char *hex, u_char *account, size_t *len);

/* keeps the answer, an empty account when there was none; with at_once the
   next caller may ask without a pause */
void ngx_http_scopestack_zone_put(ngx_http_scopestack_zone_t *zone,
    u_char *hex, ss_str_t account, ngx_uint_t at_once);


#endif /* _NGX_HTTP_SCOPESTACK_LOOKUP_H_INCLUDED_ */
