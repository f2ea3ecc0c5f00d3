
/*
 * nginx writes request lines into its logs. A query with a secret in it must
 * not get there: the copy that is kept for logging is masked, and so is what
 * the error log's handler says of the upstream's URL and the referrer.
 */


#include "ngx_http_scopestack.h"


static u_char *ngx_http_scopestack_log_handler(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len);


/* where a query ends in a request line, a log line, a header */

static u_char *
ngx_http_scopestack_query_end(u_char *p, u_char *last)
{
    while (p < last && *p > ' ' && *p != '"' && *p != '#') {
        p++;
    }

    return p;
}


/*
 * Copies text with the secrets of all queries in it masked. Returns NGX_OK,
 * NGX_DECLINED when there were none, NGX_ERROR.
 */

static ngx_int_t
ngx_http_scopestack_mask(ss_mem_t *mem, ngx_str_t *text, ngx_str_t *masked)
{
    u_char    *p, *last, *dst, *end;
    size_t     grown;
    ss_str_t   query, safe;
    ngx_int_t  rc;

    /* a mask of three stars stands for a name, "=", and what follows */

    rc = NGX_DECLINED;
    p = text->data;
    last = p + text->len;
    grown = text->len * 3 + 1;

    dst = mem->alloc(mem->ctx, grown);
    if (dst == NULL) {
        return NGX_ERROR;
    }

    masked->data = dst;

    while (p < last) {
        *dst++ = *p;

        if (*p++ != '?') {
            continue;
        }

        end = ngx_http_scopestack_query_end(p, last);
        query.data = p;
        query.len = end - p;

        if (ss_mask_form(query, mem, &safe) != SS_OK) {
            return NGX_ERROR;
        }

        if (safe.data != query.data) {
            rc = NGX_OK;
        }

        dst = ngx_cpymem(dst, safe.data, safe.len);
        p = end;
    }

    masked->len = dst - masked->data;

    return rc;
}


static u_char *
ngx_http_scopestack_log_handler(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len)
{
    u_char                     *last;
    ss_mem_t                    mem;
    ngx_str_t                   text, masked;
    ss_arena_t                  arena;
    ngx_http_scopestack_ctx_t  *ctx;

    ctx = ngx_http_scopestack_get_ctx(r->main);
    if (ctx == NULL) {
        return buf;
    }

    last = ctx->log_handler(r, sr, buf, len);

    text.data = buf;
    text.len = last - buf;

    /* not the pool: it logs when it is out of memory */

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);

    switch (ngx_http_scopestack_mask(&mem, &text, &masked)) {

    case NGX_OK:
        last = ngx_cpymem(buf, masked.data, ngx_min(masked.len, len));
        break;

    case NGX_ERROR:
        last = buf;
        break;
    }

    ss_arena_release(&arena);

    return last;
}


ngx_int_t
ngx_http_scopestack_mask_request(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_str_t                   masked;
    ss_mem_t                    mem;
    ngx_http_scopestack_ctx_t  *ctx;

    mem = ngx_http_scopestack_mem(r->pool);

    rc = ngx_http_scopestack_mask(&mem, &r->request_line, &masked);
    if (rc == NGX_DECLINED) {
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return rc;
    }

    ctx = ngx_http_scopestack_make_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    r->request_line = masked;

    if (ctx->log_handler == NULL) {
        ctx->log_handler = r->log_handler;
        r->log_handler = ngx_http_scopestack_log_handler;
    }

    return NGX_OK;
}
