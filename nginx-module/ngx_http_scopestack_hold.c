
/*
 * An error's header waits until its body is there, or the first part of it, or
 * a second is over, so that it can tell why; nothing else is ever held.
 */


#include "ngx_http_scopestack.h"
#include "ngx_http_scopestack_explain.h"


/* how long a header waits, in milliseconds */
#define NGX_HTTP_SCOPESTACK_WAIT  1000


static ngx_int_t ngx_http_scopestack_explain_header_filter(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_scopestack_explain_body_filter(
    ngx_http_request_t *r, ngx_chain_t *in);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


static ngx_int_t
ngx_http_scopestack_send_header(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ngx_http_scopestack_explain(r, ctx);

    return ngx_http_next_header_filter(r);
}


/* sends what is held, through all filters: ours lets go of it */

static void
ngx_http_scopestack_give_up(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ctx->explain->given_up = 1;

    /* an error stays with the connection: the upstream sees it there */
    (void) ngx_http_send_special(r, NGX_HTTP_FLUSH);
}


static void
ngx_http_scopestack_waited(ngx_event_t *ev)
{
    ngx_connection_t           *c;
    ngx_http_request_t         *r;
    ngx_http_scopestack_ctx_t  *ctx;

    r = ev->data;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ctx = ngx_http_scopestack_get_ctx(r);
    if (ctx && ctx->holding) {
        ngx_http_scopestack_give_up(r, ctx);
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
        c->error = 1;
    }

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_scopestack_stop_timer(ngx_http_scopestack_explain_t *e)
{
    if (e->timer.timer_set) {
        ngx_del_timer(&e->timer);
    }
}


/* what comes to its own end, or is being freed already, writes no more */

static ngx_uint_t
ngx_http_scopestack_may_write(ngx_http_request_t *r)
{
    return r->count
           && !r->request_complete
           && !r->post_action
           && !r->connection->error
           && !r->connection->timedout;
}


/*
 * The request is terminated. What ends it may be that the upstream broke off
 * in the middle of a chunk: then the client is still owed the header.
 */

static void
ngx_http_scopestack_terminated(void *data)
{
    ngx_http_request_t         *r = data;
    ngx_http_scopestack_ctx_t  *ctx;

    ctx = ngx_http_scopestack_get_ctx(r);

    if (ctx == NULL || ctx->explain == NULL) {
        return;
    }

    ngx_http_scopestack_stop_timer(ctx->explain);

    if (ctx->holding && ngx_http_scopestack_may_write(r)) {
        ngx_http_scopestack_give_up(r, ctx);
    }
}


static ngx_int_t
ngx_http_scopestack_set_timer(ngx_http_request_t *r,
    ngx_http_scopestack_explain_t *e)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_scopestack_terminated;
    cln->data = r;

    e->timer.handler = ngx_http_scopestack_waited;
    e->timer.data = r;
    e->timer.log = r->connection->log;

    ngx_add_timer(&e->timer, NGX_HTTP_SCOPESTACK_WAIT);

    return NGX_OK;
}


/* NGX_OK: the header waits; NGX_DECLINED: there is nothing to wait for */

static ngx_int_t
ngx_http_scopestack_begin(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    off_t   n;
    size_t  size;

    if (r->headers_out.status < NGX_HTTP_BAD_REQUEST
        || r->err_status
        || r->header_only
        || r->method == NGX_HTTP_HEAD)
    {
        return NGX_DECLINED;
    }

    n = r->headers_out.content_length_n;
    size = n < 0 || n > (off_t) SS_EXPLAIN_BODY_MAX ? SS_EXPLAIN_BODY_MAX
                                                    : (size_t) n;

    ctx->explain->buf = ngx_create_temp_buf(r->pool, size + 1);
    if (ctx->explain->buf == NULL
        || ngx_http_scopestack_set_timer(r, ctx->explain) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    ctx->explain->buf->end = ctx->explain->buf->start + size;

    r->filter_need_in_memory = 1;
    ctx->holding = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_explain_header_filter(ngx_http_request_t *r)
{
    ngx_http_scopestack_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scopestack_module);

    if (ctx == NULL || !ngx_http_scopestack_wants_explanation(r, ctx)) {
        return ngx_http_next_header_filter(r);
    }

    if (ctx->explain) {
        ngx_http_scopestack_stop_timer(ctx->explain);
    }

    ctx->holding = 0;

    ctx->explain = ngx_pcalloc(r->pool,
                               sizeof(ngx_http_scopestack_explain_t));
    if (ctx->explain == NULL) {
        return ngx_http_next_header_filter(r);
    }

    if (ngx_http_scopestack_begin(r, ctx) == NGX_OK) {
        return NGX_OK;
    }

    return ngx_http_scopestack_send_header(r, ctx);
}


/*
 * Takes what there is room for out of a chain. NGX_AGAIN: more may come;
 * NGX_OK: there is nothing to wait for any more, *rest is what was not taken.
 */

static ngx_int_t
ngx_http_scopestack_hold(ngx_http_request_t *r,
    ngx_http_scopestack_explain_t *e, ngx_chain_t *in, ngx_chain_t **rest)
{
    size_t        n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    for (cl = in; cl; cl = cl->next) {
        b = cl->buf;
        *rest = cl;

        if (ngx_buf_in_memory(b)) {
            n = ngx_min(b->last - b->pos, e->buf->end - e->buf->last);

            e->buf->last = ngx_cpymem(e->buf->last, b->pos, n);
            b->pos += n;

            if (b->in_file) {
                b->file_pos += n;
            }
        }

        if (ngx_buf_size(b)) {
            return NGX_OK;
        }

        if (b->last_buf) {
            e->complete = 1;
            *rest = NULL;
            return NGX_OK;
        }

        /*
         * without proxy_buffering, headers are flushed before the body comes;
         * once the upstream's connection is gone, nothing comes any more
         */

        if (b->flush && ngx_buf_special(b)
            && (e->given_up || r->upstream->peer.connection == NULL))
        {
            return NGX_OK;
        }
    }

    return NGX_AGAIN;
}


static ngx_int_t
ngx_http_scopestack_explain_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t                       rc;
    ngx_buf_t                      *b;
    ngx_chain_t                    *rest, out;
    ngx_http_scopestack_ctx_t      *ctx;

    if (r->headers_out.trailers.part.nelts) {
        ngx_http_scopestack_strip_trailers(r);
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_scopestack_module);

    if (ctx == NULL || !ctx->holding) {
        return ngx_http_next_body_filter(r, in);
    }

    if (ngx_http_scopestack_hold(r, ctx->explain, in, &rest) == NGX_AGAIN) {
        return NGX_OK;
    }

    ctx->holding = 0;

    ngx_http_scopestack_stop_timer(ctx->explain);

    rc = ngx_http_scopestack_send_header(r, ctx);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return NGX_ERROR;
    }

    b = ctx->explain->buf;
    b->last_buf = ctx->explain->complete;

    if (b->pos == b->last) {

        if (rest) {
            return ngx_http_next_body_filter(r, rest);
        }

        /* only to say that this was all */
        b->temporary = 0;
    }

    out.buf = b;
    out.next = rest;

    return ngx_http_next_body_filter(r, &out);
}


void
ngx_http_scopestack_explain_init(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_scopestack_explain_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_scopestack_explain_body_filter;
}
