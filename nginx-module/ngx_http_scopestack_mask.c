
/*
 * nginx writes request lines into its logs. A query with a secret in it must
 * not get there: the copy that is kept for logging is masked, and so is what
 * the error log's handler says of the upstream's URL and the referrer.
 */


#include "ngx_http_scopestack.h"


static u_char *ngx_http_scopestack_log_handler(ngx_http_request_t *r,
    ngx_http_request_t *sr, u_char *buf, size_t len);


static u_char *
ngx_http_scopestack_log_handler(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len)
{
    u_char                     *last;
    ss_mem_t                    mem;
    ss_str_t                    text, masked;
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

    if (ss_mask_line(text, &mem, &masked) != SS_OK) {
        last = buf;

    } else if (masked.data != text.data) {
        last = ngx_cpymem(buf, masked.data, ngx_min(masked.len, len));
    }

    ss_arena_release(&arena);

    return last;
}


/*
 * Every request is asked, and nearly none has a secret there: one look, without
 * memory.
 */

static ngx_uint_t
ngx_http_scopestack_is_secret(ngx_str_t *text)
{
    ss_str_t  line;

    line.data = text->data;
    line.len = text->len;

    return ss_line_has_secret(line);
}


ngx_int_t
ngx_http_scopestack_mask_request(ngx_http_request_t *r)
{
    ss_mem_t                    mem;
    ss_str_t                    line, masked;
    ngx_uint_t                  secret;
    ngx_table_elt_t            *h;
    ngx_http_scopestack_ctx_t  *ctx;

    h = r->headers_in.referer;
    secret = ngx_http_scopestack_is_secret(&r->request_line);

    if (!secret && (h == NULL || !ngx_http_scopestack_is_secret(&h->value))) {
        return NGX_OK;
    }

    ctx = ngx_http_scopestack_make_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (secret) {
        mem = ngx_http_scopestack_mem(r->pool);
        line.data = r->request_line.data;
        line.len = r->request_line.len;

        if (ss_mask_line(line, &mem, &masked) != SS_OK) {
            return NGX_ERROR;
        }

        ngx_http_scopestack_flush(r, NGX_HTTP_SCOPESTACK_LINE);
        r->request_line.data = (u_char *) masked.data;
        r->request_line.len = masked.len;
    }

    if (ctx->log_handler == NULL) {
        ctx->log_handler = r->log_handler;
        r->log_handler = ngx_http_scopestack_log_handler;
    }

    return NGX_OK;
}
