
/*
 * nginx writes request lines into its logs, and its format "combined" two
 * headers. A secret in them must not get there: the copy of the line that is
 * kept for logging is masked, the headers are when the request is over, and so
 * is what the error log's handler says of the upstream's URL and the referrer.
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


static ngx_uint_t
ngx_http_scopestack_header_is_secret(ngx_table_elt_t *h)
{
    while (h) {

        if (ngx_http_scopestack_is_secret(&h->value)) {
            return 1;
        }

#if (nginx_version >= 1023000)
        h = h->next;
#else
        h = NULL;
#endif
    }

    return 0;
}


static void
ngx_http_scopestack_mask_header(ngx_http_request_t *r, ngx_table_elt_t *h)
{
    ss_mem_t  mem;
    ss_str_t  text, masked;

    mem = ngx_http_scopestack_mem(r->pool);

    while (h) {
        text.data = h->value.data;
        text.len = h->value.len;

        if (ss_mask_line(text, &mem, &masked) == SS_OK) {
            h->value.data = (u_char *) masked.data;
            h->value.len = masked.len;

        } else {
            ngx_str_null(&h->value);
        }

#if (nginx_version >= 1023000)
        h = h->next;
#else
        h = NULL;
#endif
    }
}


/* a cleanup handler: nginx runs those first, and then logs the request */

static void
ngx_http_scopestack_mask_headers(void *data)
{
    ngx_http_request_t *r = data;

    ngx_http_scopestack_mask_header(r, r->headers_in.referer);
    ngx_http_scopestack_mask_header(r, r->headers_in.user_agent);

    ngx_http_scopestack_flush(r, NGX_HTTP_SCOPESTACK_HEADERS);
}


static ngx_int_t
ngx_http_scopestack_mask_request_line(ngx_http_request_t *r)
{
    ss_mem_t  mem;
    ss_str_t  line, masked;

    mem = ngx_http_scopestack_mem(r->pool);
    line.data = r->request_line.data;
    line.len = r->request_line.len;

    if (ss_mask_line(line, &mem, &masked) != SS_OK) {
        return NGX_ERROR;
    }

    ngx_http_scopestack_flush(r, NGX_HTTP_SCOPESTACK_LINE);
    r->request_line.data = (u_char *) masked.data;
    r->request_line.len = masked.len;

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_mask_request(ngx_http_request_t *r)
{
    ngx_uint_t                  line, headers;
    ngx_http_cleanup_t         *cln;
    ngx_http_scopestack_ctx_t  *ctx;

    line = ngx_http_scopestack_is_secret(&r->request_line);
    headers = ngx_http_scopestack_header_is_secret(r->headers_in.referer)
              || ngx_http_scopestack_header_is_secret(
                                                   r->headers_in.user_agent);

    if (!line && !headers) {
        return NGX_OK;
    }

    ctx = ngx_http_scopestack_make_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (headers && !ctx->masked) {
        cln = ngx_http_cleanup_add(r, 0);
        if (cln == NULL) {
            return NGX_ERROR;
        }

        cln->handler = ngx_http_scopestack_mask_headers;
        cln->data = r;
        ctx->masked = 1;
    }

    if (line && ngx_http_scopestack_mask_request_line(r) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->log_handler == NULL) {
        ctx->log_handler = r->log_handler;
        r->log_handler = ngx_http_scopestack_log_handler;
    }

    return NGX_OK;
}
