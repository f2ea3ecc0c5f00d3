
/*
 * nginx writes request lines into its logs. A query with a secret in it must
 * not get there: the copy that is kept for logging is masked, and so is what
 * the error log's handler says of the upstream's URL and the referrer.
 */


#include "ngx_http_scopestack.h"


static u_char *ngx_http_scopestack_log_handler(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len);


/*
 * Where a query ends in a request line or a log line: at the blank behind it.
 * It may have quotes itself; those at its end are the log's.
 */

static u_char *
ngx_http_scopestack_query_end(u_char *p, u_char *last)
{
    u_char  *start;

    start = p;

    while (p < last && *p > ' ') {
        p++;
    }

    while (p > start && (p[-1] == '"' || p[-1] == ',')) {
        p--;
    }

    return p;
}


/*
 * A fragment, a path's own parameter, and a query that lost its "?" have
 * secrets as well.
 */

static ngx_uint_t
ngx_http_scopestack_begins_query(u_char c)
{
    return c == '?' || c == '#' || c == ';' || c == '&';
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

        if (!ngx_http_scopestack_begins_query(*p++)) {
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


static ngx_uint_t
ngx_http_scopestack_has_query(ngx_str_t *text)
{
    /* every request is asked; memchr() takes many bytes at once */

    return text->len
           && (memchr(text->data, '?', text->len)
               || memchr(text->data, '&', text->len)
               || memchr(text->data, ';', text->len)
               || memchr(text->data, '#', text->len));
}


ngx_int_t
ngx_http_scopestack_mask_request(ngx_http_request_t *r)
{
    ngx_int_t                   line, referer;
    ngx_str_t                   masked, unused;
    ss_mem_t                    mem;
    ngx_table_elt_t            *h;
    ngx_http_scopestack_ctx_t  *ctx;

    mem = ngx_http_scopestack_mem(r->pool);
    h = r->headers_in.referer;

    line = NGX_DECLINED;
    referer = NGX_DECLINED;
    ngx_str_null(&masked);

    if (ngx_http_scopestack_has_query(&r->request_line)) {
        line = ngx_http_scopestack_mask(&mem, &r->request_line, &masked);
    }

    if (h && ngx_http_scopestack_has_query(&h->value)) {
        referer = ngx_http_scopestack_mask(&mem, &h->value, &unused);
    }

    if (line == NGX_DECLINED && referer == NGX_DECLINED) {
        return NGX_OK;
    }

    if (line == NGX_ERROR || referer == NGX_ERROR) {
        return NGX_ERROR;
    }

    ctx = ngx_http_scopestack_make_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (line == NGX_OK) {
        ngx_http_scopestack_flush(r, NGX_HTTP_SCOPESTACK_LINE);
        r->request_line = masked;
    }

    if (ctx->log_handler == NULL) {
        ctx->log_handler = r->log_handler;
        r->log_handler = ngx_http_scopestack_log_handler;
    }

    return NGX_OK;
}
